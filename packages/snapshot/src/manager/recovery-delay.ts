/** Bounds of the time between attempts in the background, in milliseconds. */
export interface DelayBounds {
  readonly minimumMs: number;
  readonly maximumMs: number;
}

/**
 * How long to wait before the next attempt: anything between the minimum and a bound that doubles with each attempt, so
 * that many servers do not come back to one vault together.
 *
 * @param attempts how many were made already
 * @param random from 0 up to 1
 */
export function recoveryDelay(
  attempts: number,
  random: number,
  { minimumMs, maximumMs }: DelayBounds,
): number {
  const bound = Math.min(maximumMs, minimumMs * 2 ** Math.min(attempts + 1, 30));
  return Math.round(minimumMs + random * (bound - minimumMs));
}
