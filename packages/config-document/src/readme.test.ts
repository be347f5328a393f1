import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DOCUMENT_RULES, EDIT_RULES, TEXT_FILE_FAILURES } from "./index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The rows of the table below a heading, first cell without its backticks. */
function tableBelow(heading: string): string[][] {
  const section = readme.split(`\n### ${heading}\n`)[1]?.split("\n#")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`([^`]*)`$/, "$1")),
  );
}

test("the README lists every rule with its texts, and no other", () => {
  expect(tableBelow("Rules")).toEqual(
    Object.entries(DOCUMENT_RULES).map(([rule, { when, hint }]) => [rule, when, hint]),
  );
});

test("the README lists every rule of edits with its texts, and no other", () => {
  expect(tableBelow("Rules of edits")).toEqual(
    Object.entries(EDIT_RULES).map(([rule, { when, hint }]) => [rule, when, hint]),
  );
});

test("the README lists every reason why a file is not read, and no other", () => {
  expect(tableBelow("Reasons").map(([reason, message]) => [reason, message])).toEqual(
    Object.entries(TEXT_FILE_FAILURES),
  );
});
