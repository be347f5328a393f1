export type { ConsumerContext, ConsumerLog, GatewayConsumer, RunningConsumer } from "./consumers/consumer.ts";
export { outboundMessages } from "./consumers/outbound-messages/outbound-messages.ts";
export type { OutboundMessageOptions } from "./consumers/outbound-messages/outbound-messages.ts";
export { GATEWAY_ERRORS } from "./errors.ts";
export type { GatewayErrorCode } from "./errors.ts";
export type { TcpAddress } from "./inputs/listen-settings.ts";
export type { Caller, RpcContext, RpcMethod, RpcMethods } from "./server/rpc-method.ts";
export { startGateway } from "./start-gateway.ts";
export type { Gateway, GatewayOptions } from "./types.ts";
