import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  locationsNeeded,
  measureInstallSizes,
  outsideDependencies,
  publishedManifests,
  sizeSentence,
  statedSizes,
} from "./install-size.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const manifests = publishedManifests(root);

/** How far from the measured size a stated one may be, so that not every change is one of the README too. */
const TOLERANCE = 0.1;

test("every README states what installing the package brings (npm run sizes writes it)", async () => {
  const stale: string[] = [];
  for (const [folder, size] of await measureInstallSizes(root)) {
    const stated = statedSizes(readFileSync(join(root, "packages", folder, "README.md"), "utf8"));
    const holds =
      stated.length === 1 &&
      stated[0]?.packages === size.packages &&
      Math.abs(stated[0].bytes - size.bytes) <= TOLERANCE * size.bytes;
    if (!holds) stale.push(`packages/${folder}/README.md must say once: ${sizeSentence(size)}`);
  }
  expect(stale).toEqual([]);
});

test("a library brings at most two packages of others directly", () => {
  const programs = ["layer:application", "layer:command"];
  const libraries = [...manifests.values()].filter(
    ({ nx }) => !nx.tags.some((tag) => programs.includes(tag)),
  );
  expect(libraries.length).toBeGreaterThan(10);
  const heavy = libraries.map((manifest) => ({ name: manifest.name, brings: outsideDependencies(manifest) }));
  expect(heavy.filter(({ brings }) => brings.length > 2)).toEqual([]);
});

describe("what a package brings", () => {
  test("is itself, what it needs, what that needs, and no development dependency", () => {
    const locked = {
      "packages/a": { name: "@durar/a", version: "1.0.0", dependencies: { "@durar/b": "^1.0.0", c: "1" } },
      "packages/b": { name: "@durar/b", version: "1.0.0", devDependencies: { e: "1" } },
      "node_modules/@durar/b": { resolved: "packages/b", link: true },
      "node_modules/c": { version: "1.0.0", dependencies: { d: "1" } },
      "node_modules/d": { version: "1.0.0", dependencies: { c: "1" } },
      "node_modules/e": { version: "1.0.0" },
    };
    expect(locationsNeeded(locked, "packages/a")).toEqual([
      "packages/a",
      "packages/b",
      "node_modules/c",
      "node_modules/d",
    ]);
  });

  test("is what each finds from where it lies, and a version that lies in two places once", () => {
    const locked = {
      "packages/a": { version: "1.0.0", dependencies: { c: "2", d: "1", e: "1" } },
      "packages/a/node_modules/c": { version: "2.0.0" },
      "node_modules/c": { version: "1.0.0" },
      "node_modules/d": { version: "1.0.0", dependencies: { c: "1" } },
      "node_modules/e": { version: "1.0.0", dependencies: { c: "2" } },
      "node_modules/e/node_modules/c": { version: "2.0.0" },
    };
    expect(locationsNeeded(locked, "packages/a")).toEqual([
      "packages/a",
      "packages/a/node_modules/c",
      "node_modules/d",
      "node_modules/e",
      "node_modules/c",
    ]);
  });

  test("has the peers npm installs in it, and not the optional ones", () => {
    const locked = {
      "packages/a": {
        version: "1.0.0",
        optionalDependencies: { b: "1" },
        peerDependencies: { c: "1", d: "1" },
        peerDependenciesMeta: { d: { optional: true } },
      },
      "node_modules/b": { version: "1.0.0" },
      "node_modules/c": { version: "1.0.0" },
      "node_modules/d": { version: "1.0.0" },
    };
    expect(locationsNeeded(locked, "packages/a")).toEqual(["packages/a", "node_modules/b", "node_modules/c"]);
  });

  test("must be in the lock file", () => {
    const locked = { "packages/a": { version: "1.0.0", dependencies: { b: "1" } } };
    expect(() => locationsNeeded(locked, "packages/a")).toThrow(
      "the lock file has no b, which packages/a needs: run npm install",
    );
  });
});

test.each([
  [1, 340, "1 package, 0.3 kB"],
  [1, 74_151, "1 package, 74 kB"],
  [2, 999_499, "2 packages, 999 kB"],
  [2, 999_500, "2 packages, 1.0 MB"],
  [67, 19_772_518, "67 packages, 20 MB"],
])("%i and %i bytes are written and read as %s", (packages, bytes, shown) => {
  const sentence = sizeSentence({ packages, bytes });
  expect(sentence).toBe(`Size installed, dependencies included: ${shown}.`);
  const [stated] = statedSizes(`Node 20. ${sentence} More.`);
  expect(stated?.packages).toBe(packages);
  expect(Math.abs((stated?.bytes ?? 0) - bytes)).toBeLessThan(bytes * 0.15);
});
