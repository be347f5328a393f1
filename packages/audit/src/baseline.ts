import { DurarError } from "@durar/secretref-schema";
import { isRecord } from "@durar/credential-surface";
import { statusOf, summarize } from "./report.ts";
import type { AuditReport, Finding } from "./types.ts";

/** A report without the findings that a baseline knows, and how many those were. */
export interface BaselinedReport extends AuditReport {
  readonly hiddenCount: number;
}

/** The text of a baseline: the ids of all findings, and nothing else of them. */
export function formatBaseline(findings: readonly Finding[]): string {
  const ids = [...new Set(findings.map(({ id }) => id))].sort();
  return `${JSON.stringify({ version: 1, ids }, undefined, 2)}\n`;
}

/**
 * Reads a baseline.
 *
 * @throws DurarError `AUDIT_BASELINE_INVALID` when the value is none
 */
export function parseBaseline(value: unknown): ReadonlySet<string> {
  const ids = isRecord(value) && value["version"] === 1 ? value["ids"] : undefined;
  if (Array.isArray(ids) && ids.every(isFindingId)) return new Set(ids);
  throw new DurarError({
    code: "AUDIT_BASELINE_INVALID",
    kind: "invalid-config",
    message: "the baseline must be { version: 1, ids: [...] }",
    hint: "write it again with --write-baseline",
  });
}

function isFindingId(id: unknown): id is string {
  return typeof id === "string" && /^[0-9a-f]{16}$/.test(id);
}

/** Hides what the baseline knows; status and summary are those of the rest. */
export function applyBaseline(report: AuditReport, baseline: ReadonlySet<string>): BaselinedReport {
  const findings = report.findings.filter(({ id }) => !baseline.has(id));
  const rest = { ...report, findings, summary: summarize(findings) };
  return { ...rest, status: statusOf(rest), hiddenCount: report.findings.length - findings.length };
}
