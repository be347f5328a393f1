import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const words = ["audit", "validate", "completion", "check", "baseline", "write-baseline"];

describe("a slip is answered with the word that was meant", () => {
  test.each([
    ["adit", "audit"],
    ["audti", "audit"],
    ["audits", "audit"],
    ["valdate", "validate"],
    ["complection", "completion"],
    ["chek", "check"],
    ["basline", "baseline"],
    ["writebaseline", "write-baseline"],
  ])("%s for %s", (typed, meant) => {
    expect(nearest(typed, words)).toBe(meant);
  });
});

test.each(["", "x", "scan", "status", "sk-proj-1234", "a".repeat(100_000)])(
  "another word is not taken for a slip (%#)",
  (typed) => {
    expect(nearest(typed, words)).toBeUndefined();
  },
);

test("of two that are near, the nearer one is meant", () => {
  expect(nearest("configs", ["confide", "config"])).toBe("config");
});

test("a word with one letter added, lost, replaced or swapped with its neighbour is recognised", () => {
  const slip = fc
    .tuple(fc.constantFrom(...words), fc.nat(), fc.constantFrom("add", "lose", "replace", "swap"))
    .map(([word, seed, kind]) => {
      const at = seed % (word.length - 1);
      const [before, after] = [word.slice(0, at), word.slice(at)];
      if (kind === "add") return { word, typed: `${before}q${after}` };
      if (kind === "lose") return { word, typed: before + after.slice(1) };
      if (kind === "replace") return { word, typed: `${before}q${after.slice(1)}` };
      return { word, typed: `${before}${after[1] ?? ""}${after[0] ?? ""}${after.slice(2)}` };
    });
  fc.assert(fc.property(slip, ({ word, typed }) => nearest(typed, words) === word));
});
