import type { ConformanceReport } from "../conform/report.ts";

const marks = { pass: "pass", fail: "FAIL", skip: "skip" } as const;

/** The report as a table for people. */
export function formatReport({ checks, passed, failed, skipped }: ConformanceReport): string {
  const width = Math.max(...checks.map(({ id }) => id.length));
  const rows = checks.map(({ id, rule, outcome, reason }) => {
    const row = `${marks[outcome]}  ${id.padEnd(width)}  ${rule}\n`;
    return reason === undefined ? row : `${row}${" ".repeat(width + 8)}${reason}\n`;
  });
  return `${rows.join("")}\n${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
