/** Bounds of failed attempts. */
export interface AttemptBounds {
  /** How many failures an address has within the window. @default 10 */
  readonly limit?: number | undefined;
  /** Milliseconds. @default 60_000 */
  readonly windowMs?: number | undefined;
  /** How many addresses are remembered; of more, the one that failed longest ago is forgotten. @default 1_000 */
  readonly addresses?: number | undefined;
}

/** Counts failed attempts by address, so that guessing a credential takes for ever. */
export class FailedAttempts {
  readonly #failures = new Map<string, { count: number; readonly until: number }>();
  readonly #bounds: Required<{ [Name in keyof AttemptBounds]: number }>;
  readonly #now: () => number;

  constructor(now: () => number, { limit = 10, windowMs = 60_000, addresses = 1_000 }: AttemptBounds = {}) {
    this.#now = now;
    this.#bounds = { limit, windowMs, addresses };
  }

  /** For how many more milliseconds an address is not listened to; 0 where it is. */
  blockedFor(address: string): number {
    const failed = this.#failures.get(address);
    if (failed === undefined || failed.count < this.#bounds.limit) return 0;
    return Math.max(0, failed.until - this.#now());
  }

  add(address: string): void {
    const now = this.#now();
    const { windowMs, addresses } = this.#bounds;
    const failed = this.#failures.get(address);
    // Taken out and put back in, the map is in the order of the last failure.
    this.#failures.delete(address);
    const isCurrent = failed !== undefined && failed.until > now;
    this.#failures.set(
      address,
      isCurrent ? { count: failed.count + 1, until: failed.until } : { count: 1, until: now + windowMs },
    );
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > addresses && oldest !== undefined) this.#failures.delete(oldest);
  }
}
