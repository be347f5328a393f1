import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { configJsonSchema } from "@durar/durar-config";
import { format } from "prettier";
import { expect, test } from "vitest";
import { cliPage } from "./cli-page.ts";
import { credentialSurfacePage } from "./credential-surface-page.ts";
import { errorCodesPage } from "./error-codes-page.ts";
import { exitCodesPage } from "./exit-codes-page.ts";
import { findingCodesPage } from "./finding-codes-page.ts";

const directory = fileURLToPath(new URL("../../../docs/reference/", import.meta.url));

/** Every file of `docs/reference`, as the code makes it. `npm run reference` writes them anew. */
const FILES = {
  "cli.md": cliPage(),
  "config.schema.json": JSON.stringify(configJsonSchema()),
  "credential-surface.md": credentialSurfacePage(),
  "error-codes.md": errorCodesPage(),
  "exit-codes.md": exitCodesPage(),
  "finding-codes.md": findingCodesPage(),
};

test.each(Object.entries(FILES))("docs/reference/%s is what the code says", async (name, content) => {
  const parser = name.endsWith(".json") ? "json" : "markdown";
  await expect(await format(content, { parser, printWidth: 110 })).toMatchFileSnapshot(`${directory}${name}`);
});

test("the error codes of every package that has some are in their page", () => {
  const packages = fileURLToPath(new URL("../../../packages/", import.meta.url));
  const named = readdirSync(packages).filter((name) =>
    ["errors.ts", "command-errors.ts"].some(
      (file) =>
        existsSync(`${packages}${name}/src/${file}`) &&
        /^export const [A-Z_]+_ERRORS\b/m.test(readFileSync(`${packages}${name}/src/${file}`, "utf8")),
    ),
  );
  expect(named.length).toBeGreaterThan(5);
  const sections = [...FILES["error-codes.md"].matchAll(/^## @durar\/(.+)$/gm)].map(([, name]) => name);
  expect(sections).toEqual(expect.arrayContaining(named));
});

test("nothing else lies there", () => {
  expect(Object.keys(FILES)).toEqual(expect.arrayContaining(readdirSync(directory)));
});
