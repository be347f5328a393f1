export { applyPlan } from "./apply-plan.ts";
export { changeConfig } from "./change-config.ts";
export type { ChangeConfigOptions, FieldChange } from "./change-config.ts";
export type { ProviderChanges } from "./contract/secrets-after.ts";
export { APPLY_ERRORS, ApplyError } from "./errors.ts";
export type { ApplyErrorCode } from "./errors.ts";
export { formatResult } from "./format-result.ts";
export type { ResultTextOptions } from "./format-result.ts";
export type { Assignment, Candidate, CandidateState, Unmapped } from "./planning/candidate.ts";
export { parseDestination } from "./planning/map-plaintext.ts";
export type { Destination } from "./planning/map-plaintext.ts";
export { Planner } from "./planning/planner.ts";
export type {
  ApplyOptions,
  ApplyPlace,
  ApplyResult,
  ApplyWarning,
  CredentialField,
  Edit,
  EditAction,
} from "./types.ts";
export { APPLY_WARNINGS } from "./warnings.ts";
export type { ApplyWarningCode } from "./warnings.ts";
