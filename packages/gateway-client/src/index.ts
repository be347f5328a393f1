export { differingParts, digestConfig } from "./config-digest.ts";
export type { ConfigDigest } from "./config-digest.ts";
export { createGatewayClient } from "./create-gateway-client.ts";
export type { GatewayClient, GatewayClientOptions, RequestOptions } from "./create-gateway-client.ts";
export type { SocketAddress, UrlAddress } from "./endpoint.ts";
export { GATEWAY_CLIENT_ERRORS } from "./errors.ts";
export type { GatewayClientErrorCode } from "./errors.ts";
export type {
  ActivationReport,
  Assignment,
  AttemptReport,
  AuthSurfaceReport,
  ConfigDocumentReport,
  ConfigWriteReport,
  FailureReport,
  FieldPlace,
  GatewayEvent,
  GatewayMethod,
  GatewayMethods,
  McpServerReport,
  McpTool,
  McpToolResult,
  OutboundMessage,
  PlaceReport,
  ResolveResult,
  SandboxSshReport,
  SecretsState,
  SecretsStatus,
  SentMessage,
  SnapshotReport,
  WarningReport,
} from "./methods.ts";
export type { GatewayHealth, GatewayReadiness } from "./probes.ts";
export { GatewayRequestError, isGatewayRequestError } from "./request-error.ts";
export type { GatewayRequestErrorDetails } from "./request-error.ts";
export { gatewaySocketPath } from "./socket-path.ts";
