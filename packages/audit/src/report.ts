import type { FindingCode, Severity } from "./finding-codes.ts";
import type { AuditReport, AuditStatus, Finding } from "./types.ts";

/** The worst that a report says. Information never changes it. */
export function statusOf({
  findings,
  configFile,
  resolution,
}: Pick<AuditReport, "findings" | "configFile" | "resolution">): AuditStatus {
  const grave = findings.filter(({ severity }) => severity !== "info");
  const codes = new Set(grave.map(({ code }) => code));
  // Of a configuration that cannot be read, no ref resolves.
  const configUnread = grave.some(
    ({ code, file, path }) => code === "STORE_UNREADABLE" && file === configFile && path === "",
  );
  if (configUnread || codes.has("REF_UNRESOLVED") || codes.has("CONFIG_INVALID")) return "unresolved";
  const unread = codes.delete("STORE_UNREADABLE");
  if (codes.size > 0) return "findings";
  return resolution.resolvabilityComplete && !unread ? "clean" : "incomplete";
}

/** Counts of findings that are more than information. */
export function summarize(findings: readonly Finding[]): AuditReport["summary"] {
  const count = (wanted: FindingCode): number =>
    findings.filter(({ code, severity }) => code === wanted && severity !== "info").length;
  return {
    plaintextCount: count("PLAINTEXT_FOUND"),
    unresolvedRefCount: count("REF_UNRESOLVED"),
    shadowedRefCount: count("REF_SHADOWED"),
    legacyResidueCount: count("LEGACY_RESIDUE"),
    unreadableCount: count("STORE_UNREADABLE"),
  };
}

export interface GateOptions {
  /** Whether findings and gaps fail the gate at all, or only what is unresolved. @default false */
  readonly check?: boolean | undefined;
  /** The least severity that fails a check. @default warn */
  readonly failOn?: Severity | undefined;
  /** Whether a check may pass with refs skipped or stores unread. @default false */
  readonly allowIncomplete?: boolean | undefined;
}

const weights: Readonly<Record<Severity, number>> = { info: 0, warn: 1, error: 2 };

/**
 * The exit code of an audit used as a gate: 0 passed, 2 something is unresolved or invalid, 1 findings at or above
 * `failOn`, 3 the audit is incomplete. Of several the first in this order: 2, 1, 3.
 */
export function gateExitCode(
  { status, findings, resolution }: Pick<AuditReport, "status" | "findings" | "resolution">,
  { check = false, failOn = "warn", allowIncomplete = false }: GateOptions = {},
): 0 | 1 | 2 | 3 {
  if (status === "unresolved") return 2;
  if (!check) return 0;
  if (findings.some(({ severity }) => weights[severity] >= weights[failOn])) return 1;
  return resolution.resolvabilityComplete || allowIncomplete ? 0 : 3;
}
