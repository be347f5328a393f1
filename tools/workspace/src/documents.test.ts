import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { validateConfig } from "@durar/durar-config";
import { command, run, temporaryDirectory, testWith, writePrivate } from "@durar/testing";
import json5 from "json5";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../../packages/cli/src/command-table/commands.ts";
import { readCommandLine } from "../../../packages/cli/src/command-line/read-command-line.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Every document that people read, by its path in the repository. */
const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...markdownIn("docs"),
  ...readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`),
];

function markdownIn(directory: string): string[] {
  return readdirSync(join(root, directory), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${directory}/${name}`);
}

const read = (document: string): string => readFileSync(join(root, document), "utf8");

/** What stands in the blocks of a language. */
function blocks(document: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...read(document).matchAll(fence)].map(([, content = ""]) => content);
}

describe.each(documents)("%s", (document) => {
  test("leads to files that are there", () => {
    const links = [...read(document).matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)];
    for (const [, link = ""] of links)
      expect(existsSync(join(root, dirname(document), link)), link).toBe(true);
  });

  test("names commands and flags that exist", () => {
    const lines = blocks(document, "sh").flatMap((block) => block.split("\n"));
    const commands = lines.flatMap((line) => {
      const [, rest] = /(?:^|\| |&& |npx )durar ([^|#>]*)/.exec(line) ?? [];
      return rest === undefined ? [] : [rest.trim()];
    });
    for (const command of commands) {
      const request = readCommandLine(words(command), COMMANDS);
      expect(request.kind === "usage" ? `${command}: ${request.message}` : "").toBe("");
    }
  });
});

/** The words of a command line, as a shell takes a simple one apart. */
function words(line: string): string[] {
  return [...line.matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(([word]) => word.replace(/^["']|["']$/g, ""));
}

const pages = markdownIn("docs").filter((page) => !page.startsWith("docs/reference/"));

const examples = (language: string) =>
  pages.flatMap((page) => blocks(page, language).map((block, index) => ({ page, number: index + 1, block })));

test.each(examples("json5"))("configuration $number of $page is valid", ({ block }) => {
  expect(validateConfig(json5.parse(block))).toEqual([]);
});

test.each(examples("js"))("program $number of $page runs", async ({ block }) => {
  // Below node_modules, where it finds the packages by name and the tree stays clean.
  const place = join(root, "node_modules/.durar-documents");
  mkdirSync(place, { recursive: true });
  try {
    writeFileSync(join(place, "example.mjs"), block);
    const { HOME = "", PATH = "", TMPDIR = "/tmp" } = process.env;
    const env = { HOME, PATH, TMPDIR };
    const finished = await run(process.execPath, ["example.mjs"], { cwd: place, env });
    expect(finished).toMatchObject({ exitCode: 0, stderr: "" });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});

testWith(
  command("systemd-analyze"),
  "systemd finds nothing wrong with the unit of docs/systemd.md",
  async () => {
    const [unit = ""] = blocks("docs/systemd.md", "ini");
    const place = join(await temporaryDirectory(), "durar.service");
    // It looks whether the command is there.
    await writePrivate(place, unit.replace("/usr/bin/durar", process.execPath));
    const env = { PATH: process.env["PATH"] ?? "", SYSTEMD_LOG_LEVEL: "warning" };
    expect(await run("systemd-analyze", ["verify", place], { env })).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
  },
);

test("every page of docs is in its list", () => {
  for (const page of pages.filter((name) => name !== "docs/README.md"))
    expect(read("docs/README.md")).toContain(`(${page.replace("docs/", "")})`);
});
