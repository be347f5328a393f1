import type { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { LineBuffer } from "./line-buffer.ts";
import type { McpLaunch } from "./mcp-launch.ts";
import type { McpSdk } from "./mcp-sdk.ts";
import { ProcessGroup } from "./process-group.ts";

/** Bytes of one message, at most; with what JSON-RPC adds it fits into an answer of the gateway. */
export const MESSAGE_BYTES = 8 * 1024 * 1024;

/** Bytes that may wait for a server to read them, at most: it may be busy, and have several calls. */
const UNREAD_BYTES = 16 * 1024 * 1024;

/** Lines that are read before it is the turn of others: a server may say more than anybody can read. */
const LINES_IN_A_ROW = 50;

/** Milliseconds for what a process has said last to arrive, once it has ended. */
const LAST_WORDS_MS = 200;

/** Why a connection came to nothing, as far as the transport knows. */
export type TransportFailure = "not-found" | "not-allowed" | "not-startable" | "too-large" | "deaf";

/** Speaks with a server over its standard input and output, as the SDK frames messages, and ends its whole group. */
export class ProcessTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: <Message extends JSONRPCMessage>(message: Message) => void;
  /** Resolves once nothing can be said or heard any more. */
  readonly closed: Promise<void>;
  readonly #sdk: McpSdk;
  readonly #launch: McpLaunch;
  readonly #lines = new LineBuffer(MESSAGE_BYTES);
  #group: ProcessGroup | undefined;
  #failure: TransportFailure | undefined;
  #isClosed = false;
  #isDone: () => void = () => undefined;

  constructor(sdk: McpSdk, launch: McpLaunch) {
    this.#sdk = sdk;
    this.#launch = launch;
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
    void this.#listen(child.stdout);
    child.stdin.on("close", () => {
      // Who closes its input hears nothing any more. Of one that has ended there may be last words.
      if (!group.hasExited) this.#close();
    });
    child.on("exit", () => setTimeout(() => this.#close(), LAST_WORDS_MS).unref());
    // It was told to close while the process started.
    if (this.#isClosed) await group.end();
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      const stdin = this.#group?.child.stdin;
      if (stdin !== undefined && stdin.writableLength > UNREAD_BYTES) this.#close("deaf");
      if (stdin === undefined || this.#isClosed) reject(new Error("the connection is closed"));
      else stdin.write(this.#sdk.serializeMessage(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Says at once that it is closed, and resolves when nobody of the group is left. */
  async close(): Promise<void> {
    this.#close();
    await this.#group?.end();
  }

  #close(failure?: TransportFailure): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#failure ??= failure;
    this.onclose?.();
    this.#isDone();
  }

  /** Takes no more than it can read, so that a server which says more has to wait, and nobody else. */
  async #listen(stdout: Readable): Promise<void> {
    let count = 0;
    try {
      for await (const chunk of stdout) {
        // Who writes while it is ended is not to be killed by that.
        if (this.#isClosed) continue;
        for (const line of this.#lines.add(chunk as Buffer)) {
          this.#read(line);
          count += 1;
          if (count % LINES_IN_A_ROW === 0) await nextTurn();
        }
        if (this.#lines.isTooLong) this.#close("too-large");
      }
    } catch {
      // The pipe broke, which is an end like any other.
    }
    this.#close();
  }

  #read(line: string): void {
    if (this.#isClosed) return;
    try {
      this.onmessage?.(this.#sdk.deserializeMessage(line));
    } catch {
      // A line that is no message: wrappers say such things. Whoever waits for an answer waits on.
    }
  }
}

function failureOf(error: unknown): TransportFailure {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "not-found";
  return code === "EACCES" ? "not-allowed" : "not-startable";
}
