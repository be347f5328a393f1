import { canary } from "@durar/testing";
import { array, assert, constantFrom, integer, json, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { DEPTH_LIMIT, findJsonFault } from "./find-json-fault.ts";

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const agreesWithParse = (text: string): boolean => (findJsonFault(text) === undefined) === parses(text);

test("what JSON.parse accepts has no fault", () => {
  assert(property(json(), (text) => findJsonFault(text) === undefined));
});

test("a document with a piece cut out or put in is at fault exactly where JSON.parse rejects it", () => {
  const piece = constantFrom(
    ...["", ",", ":", '"', "{", "}", "[", "]", "\\", "\\u12", "\\u00e9", "\n", "\t", "\u000b", "\u00a0"],
    ...["0", "-", ".", "e", "E+1", "01", "1.", "tru", "true", "null", "NaN", "'", "/", "\ufeff"],
  );
  assert(
    property(json(), integer({ min: 0 }), integer({ min: 0, max: 3 }), piece, (text, where, cut, put) => {
      const start = where % (text.length + 1);
      return agreesWithParse(text.slice(0, start) + put + text.slice(start + cut));
    }),
    { numRuns: 2000 },
  );
});

test("any sequence of tokens is at fault exactly where JSON.parse rejects it", () => {
  const token = constantFrom("{", "}", "[", "]", ",", ":", '"k"', "1", "true", " ", "\n");
  assert(
    property(array(token, { maxLength: 8 }), (tokens) => agreesWithParse(tokens.join(""))),
    { numRuns: 5000 },
  );
});

test("a character that JSON has nowhere is the fault, or the token it breaks", () => {
  const beginningOfToken = /^(?:\\(?:u[0-9a-f]{0,3})?|[-+.eE0-9]*|[a-z]*)$/;
  assert(
    property(json(), integer({ min: 0 }), (text, where) => {
      const at = where % text.length;
      const broken = `${text.slice(0, at)}\u0001${text.slice(at + 1)}`;
      const offset = findJsonFault(broken)?.offset ?? Infinity;
      return offset <= at && beginningOfToken.test(broken.slice(offset, at));
    }),
    { numRuns: 2000 },
  );
});

describe("the fault of", () => {
  test.each([
    ["", 0, "the text ends where a value is expected"],
    [" \n", 2, "the text ends where a value is expected"],
    ["{", 1, "the text ends where a key in double quotes or } is expected"],
    ["{'a': 1}", 1, "a key in double quotes or } is expected"],
    ['{"a" 1}', 5, "a colon is expected"],
    ['{"a": }', 6, "a value is expected"],
    ['{"a": 1,}', 8, "a key in double quotes is expected"],
    ['{"a": 1 "b": 2}', 8, "a comma or the closing bracket is expected"],
    ['{"a": 1', 7, "the text ends where a comma or the closing bracket is expected"],
    ['{"a": [1, 2}', 11, "a comma or the closing bracket is expected"],
    ["[1,]", 3, "a value is expected"],
    ["[,]", 1, "a value or ] is expected"],
    ["[01]", 2, "a comma or the closing bracket is expected"],
    ["{} x", 3, "nothing may follow the value"],
    ['{"a": "b', 8, "the text ends inside a string"],
    ['{"a": "b\nc"}', 8, "a control character in a string must be escaped"],
    ['{"a": "\\x"}', 7, "a backslash must start an escape that JSON knows"],
    ["{} // note", 3, "nothing may follow the value"],
  ])("%j is at %i: %s", (text, offset, rule) => {
    expect(findJsonFault(text)).toEqual({ offset, rule });
  });
});

test("every control character below the space must be escaped in a string, and no other", () => {
  const allowed = Array.from({ length: 0x100 }, (_, code) => code).filter(
    (code) => findJsonFault(`"${String.fromCharCode(code)}"`) === undefined,
  );
  expect(allowed.slice(0, 2)).toEqual([0x20, 0x21]);
  expect(allowed).toHaveLength(0x100 - 0x20 - ['"', "\\"].length);
});

test("200 levels are allowed, 201 are not", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  expect(DEPTH_LIMIT).toBe(200);
  expect(findJsonFault(nested(200))).toBeUndefined();
  expect(findJsonFault(nested(201))).toEqual({
    offset: 200,
    rule: "objects and arrays may be nested 200 deep",
  });
  expect(findJsonFault(`[${nested(199)},${nested(199)}]`)).toBeUndefined();
});

test("a rule never quotes the text", () => {
  const secret = canary();
  for (const text of [secret, `{"a": ${secret}}`, `{"a": "${secret}`, `{${secret}}`, `{"a":1} ${secret}`])
    expect(JSON.stringify(findJsonFault(text))).not.toContain(secret.slice(0, 6));
});

test.each([
  ["brackets", "[".repeat(5e6)],
  ["white space", " ".repeat(5e6)],
  ["digits", "1".repeat(5e6)],
  ["an open string", `"${"a".repeat(5e6)}`],
  ["escapes", `"${"\\n".repeat(2.5e6)}`],
])("five million characters of %s are checked without a stack overflow", (_name, text) => {
  expect(() => findJsonFault(text)).not.toThrow();
});
