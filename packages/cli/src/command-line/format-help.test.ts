import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../command-table/commands.ts";
import { formatHelp } from "./format-help.ts";

/** One page for each command; written anew with `durar help COMMAND > fixtures/help/COMMAND.txt`. */
const pages = fileURLToPath(new URL("../../fixtures/help/", import.meta.url));

const named = COMMANDS.map((command) => ({ name: ["durar", ...command.words].join("-"), command }));

describe.each(named)("the page of $name", ({ name, command }) => {
  const page = formatHelp(command, COMMANDS);

  test("reads as it was written down", () => {
    expect(page).toBe(readFileSync(join(pages, `${name}.txt`), "utf8"));
  });

  test("fits a terminal of 80 columns, in plain characters, and ends with one line break", () => {
    for (const line of page.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(page).toMatch(/^[\n -~]*[!-~]\n$/);
    expect(page).not.toMatch(/ \n|\n\n\n/);
  });
});

test("no page is left of a command that is gone", () => {
  expect(readdirSync(pages).sort()).toEqual(named.map(({ name }) => `${name}.txt`).sort());
});

test("every summary fits a list", () => {
  for (const { summary } of COMMANDS) expect(summary.length, summary).toBeLessThan(60);
});
