export type { ResolverAnswer } from "./answer.ts";
export { conform } from "./conform/conform.ts";
export type { ConformOptions } from "./conform/options.ts";
export { CONFORMANCE_CHECKS } from "./conform/report.ts";
export type { CheckReport, ConformanceReport } from "./conform/report.ts";
export { defineResolver } from "./define-resolver.ts";
export type { Resolver } from "./define-resolver.ts";
export type {
  BatchResolverDefinition,
  Resolution,
  Resolutions,
  ResolvedValue,
  ResolverContext,
  ResolverDefinition,
  ResolverOptions,
  SingleResolverDefinition,
} from "./definition.ts";
export { RESOLVER_ERRORS, ResolverError } from "./errors.ts";
export type { ResolverErrorCode } from "./errors.ts";
export { RESOLVER_EXIT_STATUSES } from "./exit-statuses.ts";
export type { ResolverExitStatus } from "./exit-statuses.ts";
export type { ResolverRequest } from "./parse-request.ts";
export { isRefusal, refuse } from "./refusal.ts";
export type { Refusal } from "./refusal.ts";
