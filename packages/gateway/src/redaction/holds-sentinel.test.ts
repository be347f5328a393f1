import { expect, test } from "vitest";
import { otherRules, read, rules, S } from "./fixtures/durar-rules.ts";
import { holdsSentinel } from "./holds-sentinel.ts";

test.each([
  ["a value", `{ a: [1, "${S}"] }`, "a.1", 1, 10],
  ["part of a value", `{ a: "x ${S}" }`, "a", 1, 6],
  ["a value however it is escaped", `{ a: "\\x5f${S.slice(1)}" }`, "a", 1, 6],
  ["a member name", `{\n  ${S}: 1 }`, S, 2, 3],
  ["an entry's id", `[{ id: '${S}' }]`, "0.id", 1, 8],
  ["a ref", `{ a: { source: "env", id: "${S}" } }`, "a.id", 1, 27],
  ["a comment", `{ a: 1 } // ${S}`, "", 1, 10],
  ["another layout's", `{ a: "${otherRules.sentinel}" }`, "a", 1, 6],
  ["the first of several", `{ /* ${S} */ a: "${S}" }`, "", 1, 3],
])("the reserved word is found as %s", (_title, text, path, line, column) => {
  expect(holdsSentinel(read(text), rules)).toEqual({ path, line, column, rule: "unrestored" });
});

test("a document without the reserved word passes, and so does a word that is only like it", () => {
  expect(
    holdsSentinel(read(`{ a: "${S.toUpperCase()}", REDACTED: 1 } // __REDACTED__`), rules),
  ).toBeUndefined();
});
