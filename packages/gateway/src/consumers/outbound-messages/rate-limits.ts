import { createHmac, randomBytes } from "node:crypto";

/** Credentials that are remembered, at most: each message may bring one of its own. */
const MAX_CREDENTIALS = 1_000;

/** When the services will take messages again, for each credential that they limited. Holds no credential. */
export class RateLimits {
  readonly #key = randomBytes(32);
  readonly #until = new Map<string, number>();
  readonly #now: () => number;

  /** @param now milliseconds of a clock that only goes on */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds from now until the service takes a message with this credential. */
  waitMs(baseUrl: string, token: string): number {
    return Math.max(0, (this.#until.get(this.#nameOf(baseUrl, token)) ?? 0) - this.#now());
  }

  /** Takes note of a service's answer that it takes no message for so long. */
  limit(baseUrl: string, token: string, forMs: number): void {
    const now = this.#now();
    for (const [name, until] of this.#until) if (until <= now) this.#until.delete(name);
    const name = this.#nameOf(baseUrl, token);
    const until = Math.max(this.#until.get(name) ?? 0, now + forMs);
    // Anew, so that the first of them is the one that was limited longest ago.
    this.#until.delete(name);
    this.#until.set(name, until);
    for (const [oldest] of this.#until) {
      if (this.#until.size <= MAX_CREDENTIALS) break;
      this.#until.delete(oldest);
    }
  }

  #nameOf(baseUrl: string, token: string): string {
    return createHmac("sha256", this.#key).update(`${baseUrl}\n${token}`).digest("base64");
  }
}
