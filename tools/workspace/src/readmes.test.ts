import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { APPLY_ERRORS } from "@durar/apply";
import { FINDING_CODES } from "@durar/audit";
import { COMMAND_ERRORS, EXIT_CODES } from "@durar/cli";
import { DOCUMENT_RULES, EDIT_RULES, TEXT_FILE_FAILURES } from "@durar/config-document";
import { CONFIG_ERRORS } from "@durar/durar-config";
import { COMMIT_ERRORS } from "@durar/file-commit";
import { GATEWAY_ERRORS } from "@durar/gateway";
import { GATEWAY_CLIENT_ERRORS } from "@durar/gateway-client";
import { CONFORMANCE_CHECKS, RESOLVER_ERRORS, RESOLVER_EXIT_STATUSES } from "@durar/resolver-kit";
import { SECRET_ERRORS } from "@durar/secretref-schema";
import { SNAPSHOT_ERRORS, SNAPSHOT_NOTICES } from "@durar/snapshot";
import { run } from "@durar/testing";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const names = readdirSync(join(root, "packages"));
const readme = (name: string): string => readFileSync(join(root, "packages", name, "README.md"), "utf8");

/** The text of a section, up to the next heading of its level. */
function section(text: string, heading: string): string {
  const [, rest = ""] = text.split(`\n## ${heading}\n`);
  return rest.split("\n## ")[0] ?? "";
}

/** The code in the first column of every row of a section's tables. */
function firstColumn(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, code = ""]) => code).sort();
}

describe.each(names)("the README of %s", (name) => {
  test("has the sections of every package, in order", () => {
    const headings = [...readme(name).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    const wanted = ["Install", "Usage", "API", "Errors", "Security", "Related", "License"];
    expect(headings.filter((heading) => wanted.includes(heading ?? ""))).toEqual(wanted);
  });

  test("is of a length that is read", () => {
    const lines = readme(name).split("\n").length;
    expect(lines).toBeGreaterThan(39);
    expect(lines).toBeLessThan(191);
  });

  test("shows an example that runs", async () => {
    const [, code] = /```js\n([\s\S]*?)```/.exec(section(readme(name), "Usage")) ?? [];
    expect(code).toBeDefined();
    // Below node_modules, where the example finds the packages by name and the tree stays clean.
    const place = join(root, "node_modules/.durar-readmes");
    mkdirSync(place, { recursive: true });
    const file = join(place, `${name}.mjs`);
    writeFileSync(file, code ?? "");
    try {
      const { HOME = "", PATH = "", TMPDIR = "/tmp" } = process.env;
      const { exitCode, stderr } = await run(process.execPath, [file], {
        cwd: place,
        env: { HOME, PATH, TMPDIR },
      });
      expect(stderr).toBe("");
      expect(exitCode).toBe(0);
    } finally {
      rmSync(file);
    }
  });
});

test.each(names)("%s carries its license", (name) => {
  const own = readFileSync(join(root, "packages", name, "LICENSE"), "utf8");
  expect(own).toBe(readFileSync(join(root, "LICENSE"), "utf8"));
});

describe("a table of codes equals the code, in both directions", () => {
  test.each([
    ["secretref-schema", "Errors", SECRET_ERRORS],
    ["config-document", "Errors", { ...DOCUMENT_RULES, ...EDIT_RULES, ...TEXT_FILE_FAILURES }],
    ["audit", "Findings", FINDING_CODES],
    ["apply", "Errors", APPLY_ERRORS],
    ["durar-config", "Errors", CONFIG_ERRORS],
    ["snapshot", "Errors", SNAPSHOT_ERRORS],
    ["snapshot", "Notices", SNAPSHOT_NOTICES],
    ["file-commit", "Errors", COMMIT_ERRORS],
    ["gateway-client", "Errors", GATEWAY_CLIENT_ERRORS],
    ["gateway", "Errors", GATEWAY_ERRORS],
    ["resolver-kit", "Errors", RESOLVER_ERRORS],
    ["resolver-kit", "Checks", CONFORMANCE_CHECKS],
    ["resolver-kit", "Exit statuses", RESOLVER_EXIT_STATUSES],
    ["cli", "Errors", COMMAND_ERRORS],
    ["cli", "Exit codes", EXIT_CODES],
  ])("%s, %s", (name, heading, table) => {
    expect(firstColumn(section(readme(name), heading))).toEqual(Object.keys(table).sort());
  });
});
