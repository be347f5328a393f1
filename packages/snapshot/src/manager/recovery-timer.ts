import { recoveryDelay } from "./recovery-delay.ts";
import type { Settings } from "./settings.ts";

/** The one timer for the next attempt in the background. It keeps no process alive. */
export class RecoveryTimer {
  readonly #settings: Settings;
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;
  #dueAt: number | undefined;

  constructor(settings: Settings, onDue: () => void) {
    this.#settings = settings;
    this.#onDue = onDue;
  }

  /** When it is due, in milliseconds since 1970 UTC; `undefined` where nothing is set. */
  get dueAt(): number | undefined {
    return this.#dueAt;
  }

  /** @returns the time until it is due, in milliseconds */
  set(attempts: number): number {
    this.cancel();
    const { recovery, random, now } = this.#settings;
    if (recovery === false) return Infinity;
    const delay = recoveryDelay(attempts, random(), recovery);
    this.#dueAt = now() + delay;
    this.#timer = setTimeout(() => {
      this.#dueAt = undefined;
      this.#onDue();
    }, delay).unref();
    return delay;
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#dueAt = undefined;
  }
}
