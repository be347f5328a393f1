import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, type Finished } from "@durar/testing";
import { flushChanges, FsTree } from "nx/src/generators/tree.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyWorkspace } from "../../workspace/src/copy-workspace.js";
import makeProvider from "./provider.js";

/*
 * Providers are made in a copy of this workspace, and are there held to whatever this workspace holds its own to.
 * Nothing is fetched: npm is told to stay offline.
 */

const patience = 300_000;
let copy: string;
let made: Finished;

beforeAll(async () => {
  copy = copyWorkspace();
  made = await inCopy("nx", "g", "@durar/tools:provider", "azure-vault");
}, patience);
afterAll(() => rmSync(copy, { recursive: true, force: true }), patience);

function inCopy(command: string, ...args: readonly string[]): Promise<Finished> {
  const { HOME = "", PATH = "", TMPDIR = "/tmp" } = process.env;
  return run(command === "npm" ? command : join(copy, "node_modules/.bin", command), args, {
    cwd: copy,
    env: { HOME, PATH, TMPDIR, CI: "true", npm_config_offline: "true" },
    timeoutMs: patience,
  });
}

/** Expects success, and shows what was printed where there is none. */
async function succeeds(running: Promise<Finished>): Promise<void> {
  const { exitCode, stdout, stderr } = await running;
  expect(exitCode, stdout + stderr).toBe(0);
}

function readCopy(path: string): string {
  return readFileSync(join(copy, path), "utf8");
}

/** The checks of a provider. */
function targets(): string[] {
  const { nx } = JSON.parse(readCopy("packages/provider-env/package.json")) as { nx: { targets: object } };
  return Object.keys(nx.targets);
}

/** Makes a provider without linking it. */
async function makeUnlinked(name: string, source: string): Promise<void> {
  const tree = new FsTree(copy, false);
  await makeProvider(tree, { name, source });
  flushChanges(copy, tree.listChanges());
}

test("making one succeeds, and says what is next", () => {
  expect(made.exitCode, made.stdout + made.stderr).toBe(0);
  expect(made.stdout).toContain("packages/provider-azure-vault/src/look-up.ts: ask your store there");
  expect(made.stdout).toContain(`npx nx run-many -t ${targets().join(" ")} -p @durar/provider-azure-vault`);
});

test(
  "what is made passes every check without an edit, whatever the source",
  async () => {
    const others = ["env", "exec"].map((source) => `vault-of-${source}`);
    await makeUnlinked("vault-of-env", "env");
    await makeUnlinked("vault-of-exec", "exec");
    await succeeds(inCopy("nx", "run-many", "-t", ...targets(), "-p", "@durar/provider-azure-vault"));
    await succeeds(inCopy("prettier", "--check", "--ignore-unknown", "packages/provider-*/**", "*.md"));
    await succeeds(inCopy("vitest", "run", ...others.map((name) => `packages/provider-${name}/`)));
    const include = others.map((name) => `packages/provider-${name}/src`);
    writeFileSync(join(copy, "tsconfig.json"), JSON.stringify({ extends: "./tsconfig.base.json", include }));
    await succeeds(inCopy("tsc"));
  },
  patience,
);

test(
  "its README passes the checks of READMEs: sections, length, an example that runs, links",
  async () => {
    const checks = ["readmes", "documents"].map((name) => `tools/workspace/src/${name}.test.ts`);
    await succeeds(inCopy("vitest", "run", ...checks, "-t", "provider-azure-vault"));
  },
  patience,
);

test("its manifest has the keys of the other providers, in their order", () => {
  const keys = (value: object): unknown[] =>
    Object.entries(value).map(([key, inner]) => [
      key,
      typeof inner === "object" && inner !== null && key !== "keywords" ? keys(inner as object) : "",
    ]);
  const manifest = JSON.parse(readCopy("packages/provider-azure-vault/package.json")) as object;
  expect(keys(manifest)).toEqual(keys(JSON.parse(readCopy("packages/provider-env/package.json")) as object));
  expect(manifest).toMatchObject({
    name: "@durar/provider-azure-vault",
    repository: { directory: "packages/provider-azure-vault" },
    nx: { tags: ["layer:provider"] },
  });
});

test("its folder holds what those of the other providers hold", () => {
  const files = (name: string): string[] =>
    readdirSync(join(copy, "packages", name)).filter((file) => !["dist", "node_modules"].includes(file));
  expect(files("provider-azure-vault")).toEqual(files("provider-env"));
});

test(
  "the workspace lists it: both documents, and the lock file as npm wants it",
  async () => {
    expect(readCopy("README.md")).toMatch(
      /provider-exec.*\n\| \[`@durar\/provider-azure-vault`\]\(packages\/provider-azure-vault\)/,
    );
    expect(readCopy("CONTRIBUTING.md")).toMatch(/^\| provider .*provider-exec, provider-azure-vault/m);
    expect(readCopy("package-lock.json")).not.toMatch(/"resolved": "https?:/);
    for (const name of ["vault-of-env", "vault-of-exec"])
      rmSync(join(copy, "packages", `provider-${name}`), { recursive: true, force: true });
    await succeeds(inCopy("npm", "ci", "--dry-run", "--ignore-scripts"));
  },
  patience,
);

describe("nothing is made, and one line says why,", () => {
  test.each([
    ["azure-vault", "file", "packages/provider-azure-vault is there already, and is not overwritten."],
    ["env", "env", "packages/provider-env is there already, and is not overwritten."],
    ["provider-vault", "file", "The name provider-vault has a prefix that is added to it: use vault."],
    ["vault", "http", 'A source is one of env, file, exec; "http" is none.'],
    ...["Vault", "a--b", "a-", "1password", "", "../vault", "a_b", "ä", "x".repeat(41)].map((name) => [
      name,
      "file",
      `A provider's name is lower-case words of letters and digits with hyphens between them, 40 characters at most, as in azure-vault; ${JSON.stringify(name)} is none.`,
    ]),
  ] as [string, string, string][])("for the name %j and the source %s", async (name, source, message) => {
    const tree = new FsTree(copy, false);
    await expect(makeProvider(tree, { name, source })).rejects.toThrow(message);
    expect(tree.listChanges()).toEqual([]);
  });

  test("on the command line too", async () => {
    const { exitCode, stdout, stderr } = await inCopy("nx", "g", "@durar/tools:provider", "azure-vault");
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toContain(
      "packages/provider-azure-vault is there already, and is not overwritten.",
    );
  });
});
