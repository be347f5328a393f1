/** A wait that can be started anew. */
export interface Patience {
  /** Starts again from the full time; does nothing once stopped. */
  restart(): void;
  stop(): void;
}

/**
 * Calls `onEnd` when the time has passed, plus one turn of the event loop: where the program was too busy to look, what
 * has arrived meanwhile is seen first.
 */
export function startPatience(milliseconds: number, onEnd: () => void): Patience {
  let turn: NodeJS.Immediate | undefined;
  let stopped = false;
  const timer = setTimeout(() => {
    // The first immediate runs after the turn's reads, the second after the closings that those led to.
    turn = setImmediate(() => (turn = setImmediate(onEnd)));
  }, milliseconds);
  return {
    restart() {
      if (stopped) return;
      clearImmediate(turn);
      timer.refresh();
    },
    stop() {
      stopped = true;
      clearImmediate(turn);
      clearTimeout(timer);
    },
  };
}
