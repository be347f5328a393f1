import fc from "fast-check";
import { expect, test } from "vitest";
import { isNestedDeeperThan } from "./nesting.ts";

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test("the depth of any JSON text is that of its value", () => {
  // Strings full of what might be mistaken for structure.
  const string = fc.string({ unit: fc.constantFrom("[", "{", "]", "}", '"', "\\", "a") });
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      string,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(string, tie("tree"), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(fc.array(tree), (value) => {
      const depth = depthOf(value);
      expect(isNestedDeeperThan(depth, JSON.stringify(value))).toBe(false);
      expect(isNestedDeeperThan(depth - 1, JSON.stringify(value))).toBe(true);
    }),
  );
});
