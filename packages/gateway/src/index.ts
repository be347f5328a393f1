export { GATEWAY_ERRORS } from "./errors.ts";
export type { GatewayErrorCode } from "./errors.ts";
export type { TcpAddress } from "./inputs/listen-settings.ts";
export { startGateway } from "./start-gateway.ts";
export type { Gateway, GatewayOptions } from "./types.ts";
