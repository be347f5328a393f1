import { isDeepStrictEqual } from "node:util";
import { isForbiddenSegment, valueAt } from "@durar/credential-surface";
import fc from "fast-check";
import { expect, test } from "vitest";
import { differences } from "./differences.ts";

const never = (): boolean => false;
const documents = fc.jsonValue({ maxDepth: 4 });

test("documents differ at some path just when they are not equal, and each path named differs in both", () => {
  fc.assert(
    fc.property(documents, documents, (before, after) => {
      const [old, now] = [JSON.parse(JSON.stringify(before)), JSON.parse(JSON.stringify(after))] as unknown[];
      const paths = differences(old, now, never);
      expect(paths.length === 0).toBe(isDeepStrictEqual(old, now));
      // Segments that nobody walks are not looked up either.
      for (const path of paths.filter((one) => !one.some(isForbiddenSegment)))
        expect(isDeepStrictEqual(valueAt(old, path), valueAt(now, path))).toBe(false);
    }),
  );
});

test("what came or went as a whole is named by its root, and what is ignored is not looked into", () => {
  const before = { a: { b: 1, c: [1, 2] }, gone: { x: 1 } };
  const after = { a: { b: 2, c: [1] }, come: { y: { z: 1 } } };
  const named = (ignored: (path: readonly string[]) => boolean) =>
    differences(before, after, ignored).map((path) => path.join("."));
  expect(named(never)).toEqual(["a.b", "a.c.1", "gone", "come"]);
  expect(named((path) => path.join(".") === "a")).toEqual(["gone", "come"]);
});
