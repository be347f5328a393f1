import type { ServerResponse } from "node:http";
import type { GatewayEvent } from "@durar/gateway-client";

/** A client that is further behind than this many events is dropped. */
const MAX_PENDING = 256;

/**
 * Sends events to one client as they happen, until either end closes.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #pending: string[] = [];
  #isFull = false;
  #isClosed = false;

  /** @param heartbeatMs how often a comment is sent, so that both ends notice a dead connection */
  constructor(response: ServerResponse, heartbeatMs: number) {
    this.#response = response;
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      connection: "close",
    });
    response
      .on("drain", () => {
        this.#isFull = false;
        this.#flush();
      })
      .on("error", () => this.close())
      .on("close", () => this.close());
    this.#heartbeat = setInterval(() => this.#queue(": still there\n\n"), heartbeatMs);
    this.#queue(": listening\n\n");
  }

  send(event: GatewayEvent): void {
    this.#queue(`event: ${event.code}\nid: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`);
  }

  /** Ends it. A client that does not read would never get to see the end: its connection is cut. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    if (this.#isFull) this.#response.destroy();
    else this.#response.end();
  }

  #queue(text: string): void {
    if (this.#isClosed) return;
    this.#pending.push(text);
    this.#flush();
    if (this.#pending.length > MAX_PENDING) this.close();
  }

  #flush(): void {
    while (!this.#isFull && this.#pending.length > 0)
      this.#isFull = !this.#response.write(this.#pending.shift());
  }
}
