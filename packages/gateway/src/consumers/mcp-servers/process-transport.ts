import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { McpLaunch } from "./mcp-launch.ts";
import type { McpSdk } from "./mcp-sdk.ts";
import { ProcessGroup } from "./process-group.ts";

/** Bytes of one message, at most; with what JSON-RPC adds it fits into an answer of the gateway. */
export const MESSAGE_BYTES = 8 * 1024 * 1024;

/** Milliseconds for what a process has said last to arrive, once it has ended. */
const LAST_WORDS_MS = 200;

/** Why a connection came to nothing, as far as the transport knows. */
export type TransportFailure = "not-found" | "not-allowed" | "not-startable" | "too-large";

/** Speaks with a server over its standard input and output, as the SDK frames messages, and ends its whole group. */
export class ProcessTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: <Message extends JSONRPCMessage>(message: Message) => void;
  /** Resolves once nothing can be said or heard any more. */
  readonly closed: Promise<void>;
  readonly #sdk: McpSdk;
  readonly #launch: McpLaunch;
  readonly #received;
  #group: ProcessGroup | undefined;
  #failure: TransportFailure | undefined;
  #isClosed = false;
  #isDone: () => void = () => undefined;

  constructor(sdk: McpSdk, launch: McpLaunch) {
    this.#sdk = sdk;
    this.#launch = launch;
    this.#received = new sdk.ReadBuffer({ maxBufferSize: MESSAGE_BYTES });
    this.closed = new Promise((resolve) => (this.#isDone = resolve));
  }

  get pid(): number | undefined {
    return this.#group?.pid;
  }

  get failure(): TransportFailure | undefined {
    return this.#failure;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  async start(): Promise<void> {
    const group = await ProcessGroup.start(this.#launch).catch((error: unknown) => {
      this.#failure = failureOf(error);
      throw new Error("the server cannot be started");
    });
    this.#group = group;
    const { child } = group;
    child.stdout.on("data", (chunk: Buffer) => this.#read(chunk)).on("end", () => this.#close());
    child.on("exit", () => setTimeout(() => this.#close(), LAST_WORDS_MS).unref());
    // It was told to close while the process started.
    if (this.#isClosed) await group.end();
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      const stdin = this.#group?.child.stdin;
      if (stdin === undefined || this.#isClosed) reject(new Error("the connection is closed"));
      else stdin.write(this.#sdk.serializeMessage(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Says at once that it is closed, and resolves when nobody of the group is left. */
  async close(): Promise<void> {
    this.#close();
    await this.#group?.end();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onclose?.();
    this.#isDone();
  }

  #read(chunk: Buffer): void {
    if (this.#isClosed) return;
    try {
      this.#received.append(chunk);
    } catch {
      this.#failure = "too-large";
      return this.#close();
    }
    while (this.#readMessage());
  }

  /** @returns whether there may be another one */
  #readMessage(): boolean {
    try {
      const message = this.#received.readMessage();
      if (message !== null) this.onmessage?.(message);
      return message !== null;
    } catch {
      // A line that is no message: wrappers say such things. Whoever waits for an answer waits on.
      return true;
    }
  }
}

function failureOf(error: unknown): TransportFailure {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "not-found";
  return code === "EACCES" ? "not-allowed" : "not-startable";
}
