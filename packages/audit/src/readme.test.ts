import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FINDING_CODES } from "./finding-codes.ts";

test("the README lists every code with its severities and meaning, and no other", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const section = readme.split("\n## Findings\n")[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  expect(
    rows.map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ),
  ).toEqual(
    Object.entries(FINDING_CODES).map(([code, { severities, meaning }]) => [
      `\`${code}\``,
      severities.join(", "),
      meaning,
    ]),
  );
});
