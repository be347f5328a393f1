import { createHmac, randomBytes } from "node:crypto";

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
    this.#until.set(name, Math.max(this.#until.get(name) ?? 0, now + forMs));
  }

  #nameOf(baseUrl: string, token: string): string {
    return createHmac("sha256", this.#key).update(`${baseUrl}\n${token}`).digest("base64");
  }
}
