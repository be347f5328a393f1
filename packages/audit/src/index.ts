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
export { gateExitCode } from "./report.ts";
export type { GateOptions } from "./report.ts";
export { suggestEnvId } from "./suggest-env-id.ts";
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
