/** A running countdown. */
export interface Countdown {
  /** Starts again from the full time; does nothing once stopped. */
  restart(): void;
  stop(): void;
}

/**
 * Calls `onZero` when `milliseconds` have passed since the start or the last restart, plus one turn of the event loop.
 * In that turn, what has arrived meanwhile is read first: where the program was too busy to read in time, an answer
 * that is already there is no silence, and must not be cut off.
 */
export function startCountdown(milliseconds: number, onZero: () => void): Countdown {
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;
  let stopped = false;
  const cancel = (): void => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
  const restart = (): void => {
    if (stopped) return;
    cancel();
    timer = setTimeout(() => {
      // The first immediate runs after the turn's reads, the second after the closings that those led to.
      turn = setImmediate(() => (turn = setImmediate(onZero)));
    }, milliseconds);
  };
  const stop = (): void => {
    stopped = true;
    cancel();
  };
  restart();
  return { restart, stop };
}
