import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@durar/testing";
import { expect, test } from "vitest";
import { notices, packagesOf } from "../build/third-party-licenses.ts";

test("a file belongs to the innermost package around it, ours to none", () => {
  const files = [
    "/w/node_modules/execa/lib/run.js",
    "/w/node_modules/execa/index.js",
    "/w/node_modules/@scope/name/index.js",
    "/w/node_modules/execa/node_modules/path-key/index.js",
    "/w/packages/audit/src/index.ts",
    "src/main.ts",
  ];
  expect(packagesOf(files)).toEqual([
    "/w/node_modules/@scope/name",
    "/w/node_modules/execa",
    "/w/node_modules/execa/node_modules/path-key",
  ]);
});

test("each package's name, version, licence and notice are written down", async () => {
  const directory = await temporaryDirectory();
  for (const [name, file] of [
    ["a", "LICENSE"],
    ["b", "licence.md"],
  ] as const) {
    await mkdir(join(directory, name));
    await writeFile(join(directory, name, file), `Copyright of ${name}\n`);
    await writeFile(
      join(directory, name, "package.json"),
      JSON.stringify({ name, version: "1.2.3", license: "MIT" }),
    );
  }
  const text = notices(["a", "b"].map((name) => join(directory, name)));
  expect(text).toMatch(
    /^a 1\.2\.3 \(MIT\)\n\nCopyright of a\n\n-{80}\n\nb 1\.2\.3 \(MIT\)\n\nCopyright of b\n$/,
  );
});

test("a package without any licence stops the build", async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, "package.json"), JSON.stringify({ name: "bare" }));
  expect(() => notices([directory])).toThrow("bare has no licence");
});

test("a package that was published without a licence file is listed with what its manifest states", async () => {
  const directory = await temporaryDirectory();
  const manifest = { name: "bare", version: "1.0.0", license: "MIT", author: "the author" };
  await writeFile(join(directory, "package.json"), JSON.stringify(manifest));
  expect(notices([directory])).toMatch(/^bare 1\.0\.0 \(MIT\)\n\nPublished without .*the author\n$/);
});

test("what was built has the notices of all that is in it", () => {
  const built = readFileSync(new URL("../dist/THIRD-PARTY-LICENSES.txt", import.meta.url), "utf8");
  const names = [...built.matchAll(/^([@\w][\w/.-]*) \d+\.\d+\.\d+ \([\w.-]+\)$/gm)].map(([, name]) => name);
  expect(names).toEqual(expect.arrayContaining(["execa", "zod", "cross-spawn", "human-signals", "isexe"]));
  expect(names).not.toContain("vitest");
  expect(built.split(/^-{80}$/m)).toHaveLength(names.length);
});
