import type { McpServerReport, McpTool, McpToolResult } from "@durar/gateway-client";
import { isDurarError, type DurarError } from "@durar/secretref-schema";
import { isTooDeep } from "./is-too-deep.ts";
import { startLimit } from "./limit.ts";
import { answerFailure, closedFailure, mcpFailure } from "./mcp-failures.ts";
import type { McpLaunch } from "./mcp-launch.ts";
import {
  NO_LIMIT_MS,
  SupervisedServer,
  type RunningServer,
  type SupervisionOptions,
} from "./supervised-server.ts";

/** More pages of tools than any server has, so that one that names a next page for ever comes to an end. */
const MAX_PAGES = 100;

/** Characters of all its tools as JSON, at most, so that those of many servers fit into an answer of the gateway. */
const TOOLS_LENGTH = 1024 * 1024;

/** An MCP server as the gateway's callers see it. Of what it says where it refuses, nothing is handed on. */
export class McpServer {
  readonly name: string;
  readonly launch: McpLaunch;
  readonly #server: SupervisedServer;

  constructor(name: string, launch: McpLaunch, options: SupervisionOptions) {
    this.name = name;
    this.launch = launch;
    this.#server = new SupervisedServer(name, launch, options);
  }

  /** Ends it, its process group included. Rejects with nothing. */
  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** How it stands, and its tools as far as it names them in time. */
  async report(timeoutMs: number, signal: AbortSignal): Promise<McpServerReport> {
    const listed = await this.#listTools(timeoutMs, signal).catch((error: unknown) => {
      if (isDurarError(error)) return error;
      throw error;
    });
    const tools = isDurarError(listed) ? [] : listed;
    const { name: server } = this;
    const { state } = this.#server;
    if (state.kind === "starting") return { server, state: "starting", tools };
    if (state.kind === "failed") {
      const { failure, nextAttemptAt: at } = state;
      const next = at === undefined ? {} : { nextAttemptAt: new Date(at).toISOString() };
      return { server, state: "failed", failure: reported(failure), ...next, tools };
    }
    const { pid } = state.transport;
    const failure = isDurarError(listed) ? { failure: reported(listed) } : {};
    return { server, state: "running", ...(pid === undefined ? {} : { pid }), ...failure, tools };
  }

  /**
   * Has a tool called, and answers what it came to, its own failure too.
   *
   * @throws DurarError `MCP_*`
   */
  callTool(
    tool: string,
    args: Readonly<Record<string, unknown>>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<McpToolResult> {
    return this.#ask(timeoutMs, signal, ({ client, sdk }, limit) =>
      client.request(
        { method: "tools/call", params: { name: tool, arguments: args } },
        sdk.CallToolResultSchema,
        { signal: limit, timeout: NO_LIMIT_MS },
      ),
    );
  }

  #listTools(timeoutMs: number, signal: AbortSignal): Promise<readonly McpTool[]> {
    return this.#ask(timeoutMs, signal, async ({ client, sdk }, limit) => {
      if (client.getServerCapabilities()?.tools === undefined) return [];
      const tools: McpTool[] = [];
      let length = 0;
      let cursor: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const request = { method: "tools/list", params: cursor === undefined ? {} : { cursor } } as const;
        const options = { signal: limit, timeout: NO_LIMIT_MS };
        const answer = await client.request(request, sdk.ListToolsResultSchema, options);
        if (isTooDeep(answer)) throw this.#tooDeep();
        length += JSON.stringify(answer.tools).length;
        if (length > TOOLS_LENGTH)
          throw mcpFailure("MCP_PROTOCOL", this.name, "has more than 1 MiB of tools");
        tools.push(...answer.tools);
        cursor = answer.nextCursor;
        if (cursor === undefined) break;
      }
      return tools;
    });
  }

  #tooDeep(): DurarError {
    return mcpFailure("MCP_PROTOCOL", this.name, "answers with more than 200 levels");
  }

  /** Asks the server something once it runs. */
  async #ask<Result>(
    timeoutMs: number,
    signal: AbortSignal,
    ask: (running: RunningServer, limit: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const limit = startLimit(timeoutMs, signal);
    let running: RunningServer | undefined;
    try {
      running = await this.#server.ready(limit.signal);
      const result = await ask(running, limit.signal);
      if (!isTooDeep(result)) return result;
      throw this.#tooDeep();
    } catch (error) {
      if (isDurarError(error)) throw error;
      if (limit.isOverdue) throw mcpFailure("MCP_TIMEOUT", this.name, "did not answer in time");
      if (signal.aborted) throw mcpFailure("MCP_SERVER_ENDED", this.name, "was not waited for any longer");
      if (running?.transport.isClosed === true) throw closedFailure(this.name, running.transport.failure);
      throw answerFailure(this.name, error);
    } finally {
      limit.end();
    }
  }
}

function reported({
  code,
  message,
  hint,
}: NonNullable<McpServerReport["failure"]>): McpServerReport["failure"] & object {
  return { code, message, hint };
}
