import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { ESLint } from "eslint";
import { describe, expect, test } from "vitest";

const packages = fileURLToPath(new URL("../../../packages/", import.meta.url));

/** What lint says of a package's index when this line stands in it. */
async function lint(name: string, line: string): Promise<readonly string[]> {
  const eslint = new ESLint({ cwd: join(packages, name) });
  const [result] = await eslint.lintText(`${line}\n`, { filePath: join(packages, name, "src/index.ts") });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId ?? "parsing");
}

const boundary = "@nx/enforce-module-boundaries";
const importing = (name: string): string => `export * as planted from "@durar/${name}";`;

describe("an import against the layers is refused by lint", () => {
  test.each([
    ["secretref-schema", "trusted-path", "within the contract"],
    ["trusted-path", "secretref-schema", "within the contract"],
    ["provider-file", "provider-env", "between providers"],
    ["resolution", "provider-exec", "between building blocks"],
    ["config-document", "credential-surface", "between building blocks"],
    ["resolver-kit", "provider-exec", "from a building block to a provider"],
    ["secretref-schema", "resolution", "upwards from the contract"],
    ["credential-surface", "durar-config", "upwards from a building block"],
    ["durar-config", "snapshot", "upwards from the product"],
    ["snapshot", "durar-config", "from an engine to the product"],
    ["snapshot", "provider-env", "from an engine to a provider"],
    ["audit", "provider-exec", "from an engine to a provider"],
    ["snapshot", "audit", "against the order of engines"],
    ["audit", "cli", "upwards from an engine"],
  ])("%s -> %s (%s)", async (from, to) => {
    expect(await lint(from, importing(to))).toContain(boundary);
  });
});

describe("an import down the layers is accepted", () => {
  test.each([
    ["provider-file", "trusted-path"],
    ["resolver-kit", "secretref-schema"],
    ["durar-config", "credential-surface"],
    ["snapshot", "resolution"],
    ["audit", "snapshot"],
  ])("%s -> %s", async (from, to) => {
    expect(await lint(from, importing(to))).not.toContain(boundary);
  });
});

describe("a builtin that reaches beyond files is refused where it has no business", () => {
  test.each([
    ["provider-file", "node:child_process"],
    ["provider-file", "child_process"],
    ["audit", "node:http"],
    ["provider-exec", "node:net"],
    ["cli", "https"],
  ])("%s: %s", async (name, builtin) => {
    expect(await lint(name, `export * as planted from "${builtin}";`)).toContain("no-restricted-imports");
  });

  test("and accepted where the package may use it", async () => {
    expect(await lint("provider-exec", 'export * as planted from "node:child_process";')).not.toContain(
      "no-restricted-imports",
    );
  });
});

test.each([
  ["no-console", "console.log(1);"],
  ["no-restricted-properties", "process.exit(1);"],
  ["@typescript-eslint/no-explicit-any", "export const planted: any = 1;"],
])("%s is refused in a library", async (rule, line) => {
  expect(await lint("resolution", line)).toContain(rule);
});
