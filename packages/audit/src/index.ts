export { aboutPlace } from "./about-place.ts";
export { auditStores } from "./audit-stores.ts";
export { applyBaseline, formatBaseline, parseBaseline } from "./baseline.ts";
export type { BaselinedReport } from "./baseline.ts";
export { FINDING_CODES } from "./finding-codes.ts";
export type { FindingCode, Severity } from "./finding-codes.ts";
export { formatGitHub } from "./format-github.ts";
export { formatSarif } from "./format-sarif.ts";
export type { SarifOptions } from "./format-sarif.ts";
export { formatFindings, formatText } from "./format-text.ts";
export type { Paint, TextOptions } from "./format-text.ts";
export { nameRules } from "./name-rules.ts";
export { plaintextAt } from "./plaintext.ts";
export { gateExitCode } from "./report.ts";
export type { GateOptions } from "./report.ts";
export { KnownValues } from "./known-values.ts";
export { suggestEnvId } from "./suggest-env-id.ts";
export { textPositions } from "./text-positions.ts";
export type {
  AuditOptions,
  AuditReport,
  AuditStatus,
  AuditStore,
  AuditWarning,
  Finding,
  NameRules,
} from "./types.ts";
export { validateStores } from "./validate-stores.ts";
export type { ValidationReport } from "./validate-stores.ts";
export { walkObjects } from "./walk-objects.ts";
export type { VisitedObject } from "./walk-objects.ts";
