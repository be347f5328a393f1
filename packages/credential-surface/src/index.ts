export { always, entryEnabled, featureEnabled, isOn, off, on } from "./activation-rules.ts";
export { defineSurface } from "./define-surface.ts";
export type { SurfaceOptions } from "./define-surface.ts";
export { findUnset } from "./find-unset.ts";
export type { UnsetField } from "./find-unset.ts";
export { arrayIndex, formatPath, isForbiddenSegment, isRecord, parsePath, valueAt } from "./path.ts";
export type { Path } from "./path.ts";
export { compilePattern, matchesPattern } from "./pattern.ts";
export type { Pattern, PatternStep } from "./pattern.ts";
export { settleGroup } from "./settle-group.ts";
export type { SettledGroup } from "./settle-group.ts";
export { holdsRef } from "./surface-warnings.ts";
export { surveySurface } from "./survey-surface.ts";
export type { SurfaceSurvey, SurveyOptions } from "./survey-surface.ts";
export type {
  ActivationRule,
  Activity,
  FirstOfGroup,
  GroupCandidate,
  GroupRanking,
  Place,
  Policy,
  PolicyViolation,
  Surface,
  SurfaceContext,
  SurfaceEntry,
  SurfaceIssue,
  SurfaceStore,
  SurfaceWarning,
  SurveyedGroup,
  Target,
  TargetDefinition,
  UnsupportedPath,
} from "./types.ts";
