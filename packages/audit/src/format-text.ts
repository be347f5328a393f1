import { printable } from "@durar/secretref-schema";
import type { Severity } from "./finding-codes.ts";
import { pathBelow } from "./path-below.ts";
import type { AuditReport, Finding } from "./types.ts";

/** Puts a style around text; the caller decides whether styles are wanted. */
export type Paint = (style: "bold" | "dim" | "red" | "yellow" | "cyan" | "green", text: string) => string;

export interface TextOptions {
  /** Files below it are named relative to it. */
  readonly cwd: string;
  /** @default no styles */
  readonly paint?: Paint | undefined;
  /** Findings that a baseline hid. @default 0 */
  readonly hiddenCount?: number | undefined;
  /** The summary line alone. @default false */
  readonly summaryOnly?: boolean | undefined;
}

const colours = { info: "cyan", warn: "yellow", error: "red" } as const;

/** A report for people: a summary line, then all findings grouped by file, each with its position and what to do. */
export function formatText(report: AuditReport, options: TextOptions): string {
  const { paint = plain, summaryOnly = false } = options;
  const summary = `${summaryLine(report, options.hiddenCount ?? 0, paint)}\n`;
  return summaryOnly ? summary : summary + formatFindings(report.findings, options);
}

const plain: Paint = (_style, text) => text;

/** Findings grouped by file, each with its position and what to do; a blank line before each file. */
export function formatFindings(
  findings: readonly Finding[],
  { cwd, paint = plain }: Pick<TextOptions, "cwd" | "paint">,
): string {
  const lines: string[] = [];
  for (const [file, ofFile] of byFile(findings)) {
    lines.push("", paint("bold", printable(pathBelow(cwd, file) ?? file)));
    const width = ofFile.reduce((most, { line, column }) => Math.max(most, `${line}:${column}`.length), 0);
    for (const finding of ofFile) lines.push(...findingLines(finding, width, paint));
  }
  return lines.map((line) => `${line}\n`).join("");
}

function summaryLine(
  { status, summary, resolution, findings, filesScanned }: AuditReport,
  hidden: number,
  paint: Paint,
): string {
  const infos = findings.filter(({ severity }) => severity === "info").length;
  const invalid = findings.filter(({ code }) => code === "CONFIG_INVALID").length;
  const counts = [
    [summary.plaintextCount, "plaintext"],
    [summary.unresolvedRefCount, "unresolved"],
    [invalid, "invalid"],
    [summary.shadowedRefCount, "shadowed"],
    [summary.legacyResidueCount, "legacy"],
    [summary.unreadableCount, "unreadable"],
    [infos, "info"],
    [hidden, "hidden by the baseline"],
  ] as const;
  const found = counts.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  const skipped =
    resolution.skippedExecRefs === 0
      ? ""
      : `, ${resolution.skippedExecRefs} exec skipped (--allow-exec runs them)`;
  const scanned = `${plural(filesScanned.length, "file")} scanned, ${plural(resolution.refsChecked, "ref")} checked${skipped}`;
  const colour = { clean: "green", incomplete: "yellow", findings: "yellow", unresolved: "red" } as const;
  return `${paint(colour[status], paint("bold", status))}: ${[...found, scanned].join(", ")}`;
}

function findingLines(finding: Finding, width: number, paint: Paint): string[] {
  const { line, column, severity, code, path, message, hint } = finding;
  const position = `${line}:${column}`.padStart(width);
  const indent = " ".repeat(width + 4);
  const about = path === "" ? "" : `  ${printable(path)}`;
  return [
    `  ${position}  ${label(severity, paint)}  ${code}${about}`,
    `${indent}${message}`,
    `${indent}${paint("dim", `-> ${hint}`)}`,
  ];
}

function label(severity: Severity, paint: Paint): string {
  return paint(colours[severity], severity.padEnd(5));
}

function byFile(findings: readonly Finding[]): ReadonlyMap<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.file) ?? [];
    groups.set(finding.file, group);
    group.push(finding);
  }
  return groups;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
