import { printable } from "@durar/secretref-schema";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arrayIndex, formatPath, parsePath, valueAt } from "./index.ts";

describe("the text form of a path", () => {
  test.each([
    [["db", "password"], "db.password"],
    [["profiles", "openai:default", "key"], "profiles.openai:default.key"],
    [["channels", "telegram", "accounts", "a.b", "botToken"], 'channels.telegram.accounts["a.b"].botToken'],
    [["agents", "list", "0", "id"], "agents.list.0.id"],
    [[""], '[""]'],
    [["", "a"], '[""].a'],
    [["a b", "c"], '["a b"].c'],
    [["a", 'say "hi"'], 'a["say \\"hi\\""]'],
    [["a", "b[0]"], 'a["b[0]"]'],
    [["a", "]"], 'a["]"]'],
    [["a", "line\nbreak"], 'a["line\\nbreak"]'],
    [["a", "\u009b31m"], 'a["\\u009b31m"]'],
    [["a", "\u202eright to left"], 'a["\\u202eright to left"]'],
    [["a", "x\u2066y"], 'a["x\\u2066y"]'],
    [["a", "back\\slash"], "a.back\\slash"],
    [["ключ", "鍵"], "ключ.鍵"],
  ])("of %j is %s", (path, text) => {
    expect(formatPath(path)).toBe(text);
    expect(parsePath(text)).toEqual(path);
  });

  test("survives writing and reading, whatever the segments hold, and is safe to print", () => {
    const nasty = fc.constantFrom(
      ".",
      "[",
      "]",
      '"',
      "\\",
      "\n",
      " ",
      "\u0085",
      "\u2028",
      "\u202e",
      "\ud800",
      "a",
    );
    const segment = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: nasty }));
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), (path) => {
        const text = formatPath(path);
        expect(parsePath(text)).toEqual(path);
        expect(printable(text)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test("is read in forms that writing does not use", () => {
    expect(parsePath('["a"]["b"].c')).toEqual(["a", "b", "c"]);
    expect(parsePath('a["\\u0062"]')).toEqual(["a", "b"]);
    expect(parsePath("a.\u202eb")).toEqual(["a", "\u202eb"]);
  });

  test.each([
    ...[
      "",
      ".",
      ".a",
      "a.",
      "a..b",
      "a b",
      "a.b c",
      "a[0]",
      "a[]",
      "a['b']",
      'a.["b"]',
      'a["b"',
      'a["b]',
      'a"b"',
    ],
    ...[
      'a["b"]c',
      '["a"]b',
      "a\nb",
      'a["\n"]',
      'a["\\x"]',
      'a["b\\"]',
      "a]",
      "[",
      "[1]",
      '[ "a"]',
      '["a" ]',
      "a\u0085",
    ],
  ])("is not %j", (text) => {
    expect(parsePath(text)).toBeUndefined();
  });

  test.each([
    ["one plain segment", "a".repeat(12e6), 1],
    ["one quoted segment", `["${"a".repeat(12e6)}"]`, 1],
    ["a segment of escapes", `["${"\\n".repeat(6e6)}"]`, 1],
    ["an open quote", `["${"a".repeat(12e6)}`, undefined],
    ["many segments", "a.".repeat(1e6) + "a", 1_000_001],
  ])("is read however long it is: %s", (_title, text, segments) => {
    expect(parsePath(text)?.length).toBe(segments);
  });
});

describe("the value at a path", () => {
  const root = JSON.parse(
    '{"a":{"b":[{"c":1},null],"0":"zero"},"__proto__":{"x":1},"constructor":{"x":2},"n":null}',
  ) as unknown;

  test.each([
    [["a", "b", "0", "c"], 1],
    [["a", "0"], "zero"],
    [["a", "b", "1"], null],
    [[], root],
    [["a", "b", "00"], undefined],
    [["a", "b", "+0"], undefined],
    [["a", "b", "-1"], undefined],
    [["a", "b", "length"], undefined],
    [["a", "b", "9"], undefined],
    [["a", "toString"], undefined],
    [["n", "x"], undefined],
    [["a", "0", "length"], undefined],
    [["__proto__", "x"], undefined],
    [["constructor", "x"], undefined],
  ])("%j is %j", (path, value) => {
    expect(valueAt(root, path)).toBe(value);
  });
});

test("an array index is written in one way only", () => {
  expect(["0", "17", "999999999"].map(arrayIndex)).toEqual([0, 17, 999_999_999]);
  expect(["02", "+2", "-0", "1.0", "1e3", "", " 1", "9999999999"].map(arrayIndex)).toEqual(
    Array(8).fill(undefined),
  );
});
