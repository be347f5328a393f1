import type { DurarError } from "@durar/secretref-schema";
import { SNAPSHOT_NOTICES, type Notice, type NoticeCode } from "../notices.ts";

/** Tells every listener of what happens. */
export class Announcer {
  readonly #listeners = new Set<(notice: Notice) => void>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns a function that ends it */
  add(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(
    code: NoticeCode,
    generation: number,
    message: string,
    failures: readonly DurarError[] = [],
  ): void {
    const { level, event } = SNAPSHOT_NOTICES[code];
    const reasons = Object.freeze([...failures]);
    const at = this.#now();
    const notice: Notice = Object.freeze({ code, level, event, message, generation, at, failures: reasons });
    // A copy: who comes while others are told hears of what happens next.
    for (const listener of [...this.#listeners])
      try {
        listener(notice);
      } catch {
        // There is nobody left to tell, and the others are not to be kept from hearing it.
      }
  }
}
