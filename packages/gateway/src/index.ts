export type { ConsumerContext, ConsumerLog, GatewayConsumer, RunningConsumer } from "./consumers/consumer.ts";
export { GATEWAY_ERRORS } from "./errors.ts";
export type { GatewayErrorCode } from "./errors.ts";
export type { TcpAddress } from "./inputs/listen-settings.ts";
export type { Caller, RpcContext, RpcMethod, RpcMethods } from "./server/rpc-method.ts";
export { startGateway } from "./start-gateway.ts";
export type { Gateway, GatewayOptions } from "./types.ts";
