import { setMaxListeners } from "node:events";

/** The end of a wait: by time, or by the caller. */
export interface Limit {
  readonly signal: AbortSignal;
  /** Whether it was time that ended it. */
  readonly isOverdue: boolean;
  /** Lets go of the timer and of the caller's signal. */
  end(): void;
}

/** Starts a wait. */
export function startLimit(timeoutMs: number, caller: AbortSignal): Limit {
  const controller = new AbortController();
  // Many servers may be waited for on behalf of one caller, and the SDK lets go of no signal: there is one for each wait.
  setMaxListeners(0, caller, controller.signal);
  let isOverdue = false;
  const abort = (): void => controller.abort("given up");
  const timer = setTimeout(() => {
    isOverdue = !controller.signal.aborted;
    abort();
  }, timeoutMs);
  caller.addEventListener("abort", abort, { once: true });
  if (caller.aborted) abort();
  return {
    signal: controller.signal,
    get isOverdue() {
      return isOverdue;
    },
    end: () => {
      clearTimeout(timer);
      caller.removeEventListener("abort", abort);
    },
  };
}
