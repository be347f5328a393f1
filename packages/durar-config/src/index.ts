export { agentDirectories, findAgents } from "./agent-directories.ts";
export type { AgentDirectory } from "./agent-directories.ts";
export { agentActivity, defaultAgentId, listedAgents, MAIN_AGENT } from "./agents.ts";
export type { ListedAgent } from "./agents.ts";
export { accessTokenVariables } from "./channel-activation.ts";
export { configJsonSchema } from "./config-json-schema.ts";
export { validateConfig } from "./config-schema.ts";
export { credentialVariables } from "./credential-variables.ts";
export type { CredentialField } from "./credential-variables.ts";
export { mergeEnvironment } from "./environment.ts";
export { CONFIG_ERRORS } from "./errors.ts";
export type { ConfigErrorCode } from "./errors.ts";
export { GATEWAY_AUTH_PATHS, gatewayAuthActivity } from "./gateway-auth.ts";
export type { GatewayAuthPath } from "./gateway-auth.ts";
export {
  CHANNEL_VARIABLES,
  MODEL_PROVIDER_VARIABLES,
  MODELS_FILE_NAMES,
  NON_SECRET_MARKERS,
  PROVIDER_ALIASES,
  SECRET_NAME_SUFFIXES,
  SENSITIVE_HEADERS,
  WEB_SEARCH_PRECEDENCE,
} from "./known-names.ts";
export type { WebSearchProvider } from "./known-names.ts";
export { LAYOUT_NAMES, locateLayout, SENTINELS } from "./layout.ts";
export type { Layout, LayoutName, LocateOptions } from "./layout.ts";
export {
  canonicalProvider,
  isHeaderMarker,
  isKeyMarker,
  isModelsFileName,
  isSecretVariable,
  isSensitiveHeader,
  NAME_RULES,
  providerVariable,
} from "./name-rules.ts";
export { pluginActivity } from "./plugin-activation.ts";
export { SSH_MATERIAL, sshSandboxes, sshSandboxOf } from "./ssh-sandbox.ts";
export type { SshMaterial, SshSandbox, SshSandboxAnswer } from "./ssh-sandbox.ts";
export { profilesFile, profilesIn, secretFiles, storePaths } from "./store-paths.ts";
export { isLeftover, listStores, STORE_FORMATS } from "./stores.ts";
export type { StoreFile, StoreKind } from "./stores.ts";
export { createDurarSurface } from "./surface.ts";
export { TARGET_ROWS, UNSUPPORTED_ROWS } from "./targets.ts";
export type { Activation, TargetRow, UnsupportedRow } from "./targets.ts";
export { withoutSecrets } from "./without-secrets.ts";
