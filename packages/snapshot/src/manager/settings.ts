import type { DelayBounds } from "./recovery-delay.ts";
import type { RecoveryBounds, SecretsManagerOptions } from "./types.ts";

/** The options of a manager, checked, with their defaults filled in. */
export interface Settings extends SecretsManagerOptions {
  readonly recovery: DelayBounds | false;
  readonly activationTimeoutMs: number;
  readonly now: () => number;
  readonly random: () => number;
}

/** @throws RangeError for a time that is none, or a minimum above its maximum */
export function settingsOf(options: SecretsManagerOptions): Settings {
  const { providers, recovery = {}, activationTimeoutMs = 600_000, now = Date.now } = options;
  return Object.freeze({
    ...options,
    providers: Object.freeze([...providers]),
    recovery: recovery !== false && boundsOf(recovery),
    activationTimeoutMs: checkedTime("activationTimeoutMs", activationTimeoutMs),
    now,
    random: options.random ?? Math.random,
  });
}

function boundsOf({ minimumMs, maximumMs }: RecoveryBounds): DelayBounds {
  const minimum = checkedTime("recovery.minimumMs", minimumMs ?? Math.min(1_000, maximumMs ?? 1_000));
  const maximum = checkedTime("recovery.maximumMs", maximumMs ?? Math.max(900_000, minimum));
  if (minimum > maximum) throw new RangeError("recovery.minimumMs is more than recovery.maximumMs");
  return Object.freeze({ minimumMs: minimum, maximumMs: maximum });
}

/** The longest time a timer of Node can wait, about 24 days; it takes any longer one for no time at all. */
const LONGEST_MS = 2 ** 31 - 1;

function checkedTime(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= LONGEST_MS) return value;
  throw new RangeError(`${name} is a whole number of milliseconds from 1 to ${LONGEST_MS}`);
}
