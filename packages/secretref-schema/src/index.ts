export { DurarError, isDurarError } from "./error.ts";
export type { ErrorDetails, ErrorKind } from "./error.ts";
export { SECRET_ERRORS, SecretRefError } from "./errors.ts";
export type { SecretErrorCode, SecretErrorScope, SecretRefErrorDetails } from "./errors.ts";
export {
  declaresExecProtocol,
  encodeExecRequest,
  EXEC_PROTOCOL_VERSION,
  EXEC_REPORTED_CODES,
  parseExecResponse,
} from "./exec-protocol.ts";
export type { ExecReportedCode, ExecRequest, ExecResponse, ExecResponseError } from "./exec-protocol.ts";
export { expandHome } from "./expand-home.ts";
export { parseSecretInput, refsIn } from "./input.ts";
export type { ParsedSecretInput, ParseSecretInputOptions, SecretInput, SecretTemplatePart } from "./input.ts";
export { formatJsonPointer, parseJsonPointer } from "./json-pointer.ts";
export { secretInputJsonSchema, secretRefJsonSchema, secretsJsonSchema } from "./json-schema.ts";
export type { JsonSchema } from "./json-schema.ts";
export { parsePlan } from "./plan.ts";
export type { SecretsPlan, SecretsPlanOptions, SecretsPlanTarget, WrittenSecretRef } from "./plan.ts";
export { printable } from "./printable.ts";
export type {
  Environment,
  ProviderCheck,
  ProviderRequest,
  SecretAnswer,
  SecretProvider,
} from "./provider.ts";
export { parseProviderConfig } from "./provider-config.ts";
export type {
  EnvProviderConfig,
  EnvProviderInput,
  ExecProviderConfig,
  ExecProviderInput,
  FileProviderConfig,
  FileProviderInput,
  ProviderConfig,
  ProviderConfigInput,
} from "./provider-config.ts";
export {
  brokenIdRule,
  DEFAULT_ALIASES,
  ENV_ID_PATTERN,
  EXEC_ID_PATTERN,
  FILE_ID_MAX_LENGTH,
  formatRef,
  isSecretSource,
  looksLikeSecretRef,
  parseSecretRef,
  PROVIDER_ALIAS_PATTERN,
  refKey,
  SECRET_SOURCES,
} from "./ref.ts";
export type { ParsedRef, SecretDefaults, SecretRef, SecretSource } from "./ref.ts";
export { readProviderConfig } from "./read-provider-config.ts";
export type { ReadProviderConfig } from "./read-provider-config.ts";
export { isSecret, Secret } from "./secret.ts";
export { findProvider, readSecretsConfig } from "./secrets-config.ts";
export type { ReadSecretsConfig, ResolutionLimits, SecretsConfig } from "./secrets-config.ts";
export { escapeTemplate, parseTemplate } from "./template.ts";
export type { TemplatePart } from "./template.ts";
export { validate } from "./validate.ts";
export type { SchemaIssue, Validated } from "./validate.ts";
