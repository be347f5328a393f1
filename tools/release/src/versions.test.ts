import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "@durar/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { copyWorkspace } from "../../workspace/src/copy-workspace.js";
import { makeRepository } from "./make-repository.js";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Every published package of a workspace, by its short name. */
function manifests(workspace: string): ReadonlyMap<string, Manifest> {
  return new Map(
    readdirSync(join(workspace, "packages")).map((name) => [
      name,
      JSON.parse(readFileSync(join(workspace, "packages", name, "package.json"), "utf8")) as Manifest,
    ]),
  );
}

/** Versions a copy of the workspace with one changeset, and tells which packages have another version then. */
async function versioned(changeset: Readonly<Record<string, "patch" | "minor" | "major">>) {
  const copy = copyWorkspace();
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  makeRepository(copy);
  const bumps = Object.entries(changeset).map(([name, bump]) => `"@durar/${name}": ${bump}\n`);
  writeFileSync(join(copy, ".changeset/change.md"), `---\n${bumps.join("")}---\n\nSomething users notice.\n`);
  const before = manifests(copy);
  const { exitCode, stderr } = await run(join(copy, "node_modules/.bin/changeset"), ["version"], {
    cwd: copy,
    env: { PATH: process.env["PATH"] ?? "", HOME: copy },
  });
  expect(stderr).not.toContain("error");
  expect(exitCode).toBe(0);
  const after = manifests(copy);
  const bumped = new Map(
    [...after].flatMap(([name, { version }]) =>
      before.get(name)?.version === version ? [] : [[name, version] as const],
    ),
  );
  const changelog = (name: string): string =>
    readFileSync(join(copy, "packages", name, "CHANGELOG.md"), "utf8");
  return { before, after, bumped, changelog };
}

/** The packages that import another one at run time. */
function dependents(all: ReadonlyMap<string, Manifest>, name: string): string[] {
  return [...all].flatMap(([other, { dependencies = {} }]) =>
    `@durar/${name}` in dependencies ? [other] : [],
  );
}

describe("a release", () => {
  test("of a patch of provider-file releases it, and nothing whose range takes the patch as it is", async () => {
    const { bumped, changelog, before } = await versioned({ "provider-file": "patch" });
    expect([...bumped.keys()]).toEqual(["provider-file"]);
    expect(changelog("provider-file")).toContain("Something users notice.");
    for (const name of dependents(before, "provider-file"))
      expect(before.get(name)?.dependencies?.["@durar/provider-file"]).toMatch(/^\^/);
  });

  test("of a new major of the contract releases everything that imports it, with ranges that lead to it", async () => {
    const { bumped, after } = await versioned({ "secretref-schema": "major" });
    const major = bumped.get("secretref-schema");
    expect(major).toMatch(/^[1-9]\d*\.0\.0$/);
    const ripple = dependents(after, "secretref-schema");
    expect(ripple.length).toBeGreaterThan(10);
    for (const name of ripple) {
      expect(bumped.has(name), name).toBe(true);
      expect(after.get(name)?.dependencies?.["@durar/secretref-schema"]).toBe(`^${String(major)}`);
    }
    const untouched = [...after.keys()].filter((name) => !bumped.has(name));
    for (const name of untouched)
      for (const dependency of Object.keys(after.get(name)?.dependencies ?? {}))
        expect(
          [...bumped.keys()].map((short) => `@durar/${short}`),
          name,
        ).not.toContain(dependency);
  });
});
