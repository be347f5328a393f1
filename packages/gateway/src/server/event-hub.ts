import type { GatewayEvent } from "@durar/gateway-client";

/** How many events are kept for `secrets.status`. */
const RECENT_EVENTS = 50;

/** Everyone who wants to hear of events, and the events of late. */
export class EventHub {
  readonly #listeners = new Set<(event: GatewayEvent) => void>();
  readonly #recent: GatewayEvent[] = [];
  #lastId = 0;

  /** The newest last. */
  get recent(): readonly GatewayEvent[] {
    return [...this.#recent];
  }

  publish(event: Omit<GatewayEvent, "id">): void {
    this.#lastId += 1;
    const numbered = Object.freeze({ id: this.#lastId, ...event });
    this.#recent.push(numbered);
    if (this.#recent.length > RECENT_EVENTS) this.#recent.shift();
    for (const listener of this.#listeners) listener(numbered);
  }

  /** @returns a function that ends it */
  subscribe(listener: (event: GatewayEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
