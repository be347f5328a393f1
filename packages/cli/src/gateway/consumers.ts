import { mcpServers, outboundMessages, sandboxSsh, type GatewayConsumer } from "@durar/gateway";

/** What uses the secrets of this command's gateway, in one place. */
export function createConsumers(): readonly GatewayConsumer[] {
  return [mcpServers(), sandboxSsh(), outboundMessages()];
}
