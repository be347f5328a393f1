import { isDeepStrictEqual } from "node:util";
import type { McpServerReport } from "@durar/gateway-client";
import type { Change } from "@durar/snapshot";
import * as z from "zod/mini";
import { gatewayError } from "../../errors.ts";
import { rpcMethod, type RpcMethods } from "../../server/rpc-method.ts";
import type { ConsumerContext, GatewayConsumer, RunningConsumer } from "../consumer.ts";
import { mcpLaunches } from "./mcp-launch.ts";
import { loadMcpSdk, type McpSdk } from "./mcp-sdk.ts";
import { McpServer } from "./mcp-server.ts";
import { MCP_RESTARTS, type McpRestarts } from "./restart-delay.ts";

export interface McpServersOptions {
  /** How servers that ended are started again. */
  readonly restarts?: Partial<McpRestarts>;
  /** Milliseconds for a server to answer the handshake; `npx` may have to fetch it first. @default 60000 */
  readonly handshakeMs?: number;
  /** Milliseconds that `mcp.listTools` waits for servers that start, or that do not answer. @default 5000 */
  readonly listMs?: number;
}

/** Milliseconds for the handshake, for a list of tools, and for a call. */
const [HANDSHAKE_MS, LIST_MS, CALL_MS] = [60_000, 5_000, 60_000];

/** Milliseconds that a call may take at most. */
const LONGEST_CALL_MS = 600_000;

const name = z.string().check(z.maxLength(1_024));

/**
 * Runs the MCP servers of `plugins.entries.acpx.config.mcpServers` while that plugin is on, each in a process group of
 * its own, with its secrets in its environment and nowhere else. One that ends is started again, later each time; one is
 * restarted where its own values change, and no other. Answers `mcp.listTools` and `mcp.callTool`. Needs
 * `@modelcontextprotocol/sdk` where a server is configured.
 */
export function mcpServers(options: McpServersOptions = {}): GatewayConsumer {
  const { restarts = {}, handshakeMs = HANDSHAKE_MS, listMs = LIST_MS } = options;
  const chosen = { restarts: { ...MCP_RESTARTS, ...restarts }, handshakeMs, listMs };
  return Object.freeze<GatewayConsumer>({
    name: "MCP servers",
    patterns: Object.freeze(["plugins.enabled", "plugins.allow", "plugins.deny", "plugins.entries.acpx"]),
    create: (context) => new RunningMcpServers(context, chosen),
  });
}

interface ChosenOptions {
  readonly restarts: McpRestarts;
  readonly handshakeMs: number;
  readonly listMs: number;
}

class RunningMcpServers implements RunningConsumer {
  readonly methods: RpcMethods = {
    "mcp.listTools": rpcMethod<"mcp.listTools">(
      z.strictObject({ server: z.exactOptional(name) }),
      async ({ server }, { signal }) => ({ servers: await this.#list(server, signal) }),
    ),
    "mcp.callTool": rpcMethod<"mcp.callTool">(
      z.strictObject({
        server: name,
        tool: name,
        arguments: z.exactOptional(z.record(z.string(), z.unknown())),
        timeoutMs: z.exactOptional(z.int().check(z.gte(1), z.lte(LONGEST_CALL_MS))),
      }),
      ({ server, tool, arguments: args = {}, timeoutMs = CALL_MS }, { signal }) =>
        this.#find(server).callTool(tool, args, timeoutMs, signal),
    ),
  };
  readonly #context: ConsumerContext;
  readonly #options: ChosenOptions;
  #servers: ReadonlyMap<string, McpServer> = new Map();
  /** Those that are being stopped, so that none of them runs beside what takes its place. */
  readonly #ending = new Map<string, Promise<void>>();
  #sdk: Promise<McpSdk> | undefined;

  constructor(context: ConsumerContext, options: ChosenOptions) {
    this.#context = context;
    this.#options = options;
  }

  changed({ snapshot }: Change): void {
    const launches = mcpLaunches(snapshot, this.#context.environment);
    const kept = [...this.#servers].filter(([key, { launch }]) =>
      isDeepStrictEqual(launch, launches.get(key)),
    );
    const running = new Map(kept);
    for (const [key, server] of this.#servers) if (!running.has(key)) this.#stop(server);
    this.#servers = new Map(
      [...launches].map(([key, launch]) => [
        key,
        running.get(key) ??
          new McpServer(key, launch, {
            ...this.#options,
            loadSdk: () => this.#loadSdk(),
            log: this.#context.log,
            after: this.#ending.get(key),
          }),
      ]),
    );
  }

  async close(): Promise<void> {
    for (const server of this.#servers.values()) this.#stop(server);
    this.#servers = new Map();
    await Promise.all(this.#ending.values());
  }

  #stop(server: McpServer): void {
    const ended = Promise.all([this.#ending.get(server.name), server.stop()]).then(() => {
      if (this.#ending.get(server.name) === ended) this.#ending.delete(server.name);
    });
    this.#ending.set(server.name, ended);
  }

  /** Loaded once. That it is not there is said once, however many servers need it. */
  #loadSdk(): Promise<McpSdk> {
    this.#sdk ??= loadMcpSdk().catch((error: unknown) => {
      const { message, hint } = gatewayError("MCP_SDK_MISSING", "MCP servers need @modelcontextprotocol/sdk");
      this.#context.log("error", { code: "MCP_SDK_MISSING", hint }, message);
      throw error;
    });
    return this.#sdk;
  }

  async #list(server: string | undefined, signal: AbortSignal): Promise<McpServerReport[]> {
    const asked = server === undefined ? [...this.#servers.values()] : [this.#find(server)];
    return Promise.all(asked.map((one) => one.report(this.#options.listMs, signal)));
  }

  /** What was asked for may be a secret in the wrong place: it is not repeated. */
  #find(key: string): McpServer {
    const server = this.#servers.get(key);
    if (server !== undefined) return server;
    throw gatewayError("MCP_SERVER_UNKNOWN", "no MCP server of this name is in use");
  }
}
