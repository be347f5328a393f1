import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatJsonPointer,
  formatRef,
  looksLikeSecretRef,
  parseJsonPointer,
  parseSecretRef,
  refKey,
} from "./index.ts";
import type { SecretRef } from "./index.ts";

const ref = (source: string, id: unknown, provider?: unknown): unknown => ({
  source,
  ...(provider === undefined ? {} : { provider }),
  id,
});

describe("a ref is accepted", () => {
  test.each([
    ["env", "A"],
    ["env", `A${"B".repeat(127)}`],
    ["env", "OPENAI_API_KEY_2"],
    ["file", "value"],
    ["file", "/"],
    ["file", "/providers/openai/apiKey"],
    ["file", "/a~0b/c~1d/~01"],
    ["file", `/${"a".repeat(1023)}`],
    ["exec", "providers/openai/apiKey"],
    ["exec", "a:b.c_d-e/0"],
    ["exec", "constructor"],
    ["exec", "a/.../b"],
    ["exec", "x".repeat(256)],
  ])("%s %s", (source, id) => {
    expect(parseSecretRef(ref(source, id))).toEqual({ ok: true, ref: { source, provider: "default", id } });
  });
});

describe("a ref is refused, with the rule it breaks", () => {
  test.each([
    ["env", "a", "env id"],
    ["env", "", "env id"],
    ["env", "A\n", "env id"],
    ["env", `A${"B".repeat(128)}`, "env id"],
    ["file", "a/b", "file id"],
    ["file", "", "file id"],
    ["file", "/a~", "file id"],
    ["file", "/a~2", "file id"],
    ["file", `/${"a".repeat(1024)}`, "file id"],
    ["exec", "a/../b", "exec id"],
    ["exec", "a/./b", "exec id"],
    ["exec", "a/..", "exec id"],
    ["exec", "-a", "exec id"],
    ["exec", "/a", "exec id"],
    ["exec", "a b", "exec id"],
    ["exec", "x".repeat(257), "exec id"],
    ["vault", "a", "source"],
    ["__proto__", "a", "source"],
  ])("%s %j", (source, id, rule) => {
    const parsed = parseSecretRef(ref(source, id));
    expect(parsed).toMatchObject({ ok: false });
    expect(parsed.ok ? "" : parsed.rule).toContain(rule);
  });

  test.each([null, undefined, "env:default:A", 5, [], () => 0])("when it is no object: %j", (value) => {
    expect(parseSecretRef(value)).toEqual({ ok: false, rule: "a ref must be an object" });
  });

  test("when it has an unknown key, even beside valid ones", () => {
    expect(parseSecretRef({ source: "env", provider: "default", id: "A", extra: 1 })).toEqual({
      ok: false,
      rule: 'a ref has no key "extra"',
    });
  });

  test.each(["Vault", "", "9a", "a".repeat(65), 5, null])("when its provider is %j", (provider) => {
    const parsed = parseSecretRef({ source: "env", provider, id: "A" });
    // A provider of null is as good as none.
    expect(parsed.ok).toBe(provider === null);
  });

  test("when its fields are inherited, not its own", () => {
    expect(parseSecretRef(Object.create({ source: "env", id: "A" }) as unknown)).toMatchObject({ ok: false });
  });
});

test("a ref without a provider gets the default alias of its source", () => {
  const defaults = { env: "e", file: "f", exec: "x" };
  expect(parseSecretRef(ref("file", "/a"), defaults)).toMatchObject({ ref: { provider: "f" } });
  expect(parseSecretRef(ref("exec", "a"), defaults)).toMatchObject({ ref: { provider: "x" } });
});

test("two refs have the same key only when all three fields are equal", () => {
  const part = fc.string({ unit: fc.constantFrom(":", '"', ",", "a", "\\") });
  const any = fc.record({
    source: fc.constantFrom("env", "exec"),
    provider: part,
    id: part,
  }) as fc.Arbitrary<SecretRef>;
  fc.assert(
    fc.property(any, any, (a, b) => {
      const equal = a.source === b.source && a.provider === b.provider && a.id === b.id;
      expect(refKey(a) === refKey(b)).toBe(equal);
    }),
  );
});

test("a printed ref carries no control characters", () => {
  expect(formatRef({ source: "file", provider: "main", id: "/a\u001b[31m\u202e" })).toBe(
    "file:main:/a\\u001b[31m\\u202e",
  );
});

test("JSON pointers of any segments survive writing and reading (RFC 6901)", () => {
  const segments = fc.array(fc.string({ unit: fc.constantFrom("~", "/", "0", "1", "a", "é") }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(segments, (path) => {
      expect(parseJsonPointer(formatJsonPointer(path))).toEqual(path);
    }),
  );
  expect(parseJsonPointer("/~01")).toEqual(["~1"]);
  expect(parseJsonPointer("/")).toEqual([""]);
});

test("an object meant as a ref is told from one that is not", () => {
  expect(looksLikeSecretRef({ source: "env", id: "not valid" })).toBe(true);
  expect(looksLikeSecretRef({ source: "env" })).toBe(false);
  expect(looksLikeSecretRef({ source: "file", id: "x", path: "y" })).toBe(false);
  expect(looksLikeSecretRef({ source: "https", id: "x" })).toBe(false);
});
