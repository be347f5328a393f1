import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { printable, type DurarError } from "@durar/secretref-schema";
import { gatewayError } from "../../errors.ts";
import type { ConsumerLog } from "../consumer.ts";
import { startLimit } from "./limit.ts";
import { closedFailure, mcpFailure } from "./mcp-failures.ts";
import type { McpLaunch } from "./mcp-launch.ts";
import type { McpSdk } from "./mcp-sdk.ts";
import { ProcessTransport } from "./process-transport.ts";
import { restartDelay, type McpRestarts } from "./restart-delay.ts";

/** What a server is kept up with. */
export interface SupervisionOptions {
  readonly loadSdk: () => Promise<McpSdk>;
  readonly log: ConsumerLog;
  readonly restarts: McpRestarts;
  /** Milliseconds for a server to answer the handshake: `npx` may have to fetch it first. */
  readonly handshakeMs: number;
  /** What must have ended before it is started. */
  readonly after: Promise<void> | undefined;
}

/** A server that answers. */
export interface RunningServer {
  readonly kind: "running";
  readonly client: Client;
  readonly transport: ProcessTransport;
  readonly sdk: McpSdk;
}

/** How a server stands. */
export type ServerState =
  | RunningServer
  | { readonly kind: "starting" }
  | {
      readonly kind: "failed";
      readonly failure: DurarError;
      /** Milliseconds since 1970 UTC; `undefined` where another attempt is of no use. */
      readonly nextAttemptAt: number | undefined;
    };

/** The SDK's own time limits are not used: what it says of them cannot be told from what a server says. */
export const NO_LIMIT_MS = 2 ** 31 - 1;

/** A server that is started, and started again when it ends, until it is stopped. */
export class SupervisedServer {
  readonly #name: string;
  readonly #launch: McpLaunch;
  readonly #options: SupervisionOptions;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #state: ServerState = { kind: "starting" };
  #onChange: (() => void)[] = [];

  constructor(name: string, launch: McpLaunch, options: SupervisionOptions) {
    this.#name = name;
    this.#launch = launch;
    this.#options = options;
    this.#done = this.#run();
  }

  get state(): ServerState {
    return this.#state;
  }

  /**
   * Waits for it while it starts.
   *
   * @throws DurarError `MCP_*` where it does not run; what ends the wait otherwise is the signal's reason
   */
  async ready(signal: AbortSignal): Promise<RunningServer> {
    for (;;) {
      if (this.#state.kind === "running") return this.#state;
      if (this.#state.kind === "failed") throw this.#state.failure;
      if (this.#stopping.signal.aborted) throw closedFailure(this.#name, undefined);
      signal.throwIfAborted();
      await this.#change(signal);
    }
  }

  /** Ends it, its process group included. Rejects with nothing. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { after, restarts, log } = this.#options;
    const { signal } = this.#stopping;
    await after;
    for (let failures = 0; !signal.aborted;) {
      const { failure, ranMs } = await this.#serve();
      if (signal.aborted) break;
      failures = ranMs >= restarts.steadyMs ? 1 : failures + 1;
      // Loaded once or never: nothing is better at the next attempt.
      const isFinal = failure.code === "MCP_SDK_MISSING";
      const delayMs = restartDelay(failures, restarts);
      this.#become({ kind: "failed", failure, nextAttemptAt: isFinal ? undefined : Date.now() + delayMs });
      if (isFinal) return;
      const fields = { code: failure.code, server: printable(this.#name), inMs: Math.round(delayMs) };
      log("warn", fields, `${failure.message}; it is started again`);
      // A server that is stopped meanwhile is not waited for.
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      this.#become({ kind: "starting" });
    }
    // For who waits for it: it will not come.
    this.#become({ kind: "starting" });
  }

  /** Starts it, and answers why it does not run any more, and how long it did. */
  async #serve(): Promise<{ readonly failure: DurarError; readonly ranMs: number }> {
    const sdk = await this.#options.loadSdk().catch(() => undefined);
    if (sdk === undefined)
      return {
        failure: gatewayError("MCP_SDK_MISSING", "MCP servers need @modelcontextprotocol/sdk"),
        ranMs: 0,
      };
    const transport = new ProcessTransport(sdk, this.#launch);
    const { signal } = this.#stopping;
    const stop = (): void => void transport.close();
    signal.addEventListener("abort", stop, { once: true });
    try {
      const failure = signal.aborted
        ? closedFailure(this.#name, undefined)
        : await this.#connect(sdk, transport);
      if (failure !== undefined) return { failure, ranMs: 0 };
      const began = performance.now();
      await transport.closed;
      return { failure: closedFailure(this.#name, transport.failure), ranMs: performance.now() - began };
    } finally {
      if (this.#state.kind === "running") this.#become({ kind: "starting" });
      signal.removeEventListener("abort", stop);
      await transport.close();
    }
  }

  /** @returns why it does not run; `undefined` where it does */
  async #connect(sdk: McpSdk, transport: ProcessTransport): Promise<DurarError | undefined> {
    const limit = startLimit(this.#options.handshakeMs, this.#stopping.signal);
    try {
      if (this.#launch.command === "") return mcpFailure("MCP_START_FAILED", this.#name, "has no command");
      // What a server says of the form of its answers is handed on with them: no code is made of it here.
      const client = new sdk.Client(CLIENT, { jsonSchemaValidator: NO_VALIDATOR });
      await client.connect(transport, { signal: limit.signal, timeout: NO_LIMIT_MS });
      this.#become({ kind: "running", client, transport, sdk });
      const fields = { code: "MCP_SERVER_STARTED", server: printable(this.#name), pid: transport.pid };
      this.#options.log("info", fields, "an MCP server runs");
      return undefined;
    } catch {
      if (transport.failure !== undefined) return closedFailure(this.#name, transport.failure);
      return mcpFailure(
        "MCP_HANDSHAKE_FAILED",
        this.#name,
        handshakeProblem(limit.isOverdue, transport.isClosed),
      );
    } finally {
      limit.end();
    }
  }

  #become(state: ServerState): void {
    this.#state = state;
    const waiting = this.#onChange;
    this.#onChange = [];
    for (const tell of waiting) tell();
  }

  /** Waits for another state, or for the signal. */
  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener("abort", end);
        resolve();
      };
      this.#onChange.push(end);
      signal.addEventListener("abort", end);
    });
  }
}

/** How the gateway names itself to servers. */
const CLIENT = Object.freeze({ name: "durar-gateway", version: "1" });

/** Never asked: results are asked for without the check that would. */
const NO_VALIDATOR = {
  getValidator: () => () => ({ valid: false, data: undefined, errorMessage: "not checked" }) as const,
};

function handshakeProblem(isOverdue: boolean, hasEnded: boolean): string {
  if (isOverdue) return "did not answer the handshake in time";
  return hasEnded ? "ended before it answered the handshake" : "does not speak MCP";
}
