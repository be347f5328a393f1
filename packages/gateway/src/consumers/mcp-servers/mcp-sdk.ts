import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { deserializeMessage, serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { CallToolResultSchema, ListToolsResultSchema } from "@modelcontextprotocol/sdk/types.js";

/** What is used of the official SDK. */
export interface McpSdk {
  readonly Client: typeof Client;
  readonly deserializeMessage: typeof deserializeMessage;
  readonly serializeMessage: typeof serializeMessage;
  readonly CallToolResultSchema: typeof CallToolResultSchema;
  readonly ListToolsResultSchema: typeof ListToolsResultSchema;
}

/** Loads the SDK, which whoever has no MCP servers need not install. Rejects where it is not there. */
export async function loadMcpSdk(): Promise<McpSdk> {
  const [client, stdio, types] = await Promise.all([
    import("@modelcontextprotocol/sdk/client/index.js"),
    import("@modelcontextprotocol/sdk/shared/stdio.js"),
    import("@modelcontextprotocol/sdk/types.js"),
  ]);
  const { Client } = client;
  const { deserializeMessage, serializeMessage } = stdio;
  const { CallToolResultSchema, ListToolsResultSchema } = types;
  return { Client, deserializeMessage, serializeMessage, CallToolResultSchema, ListToolsResultSchema };
}
