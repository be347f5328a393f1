import { gatewayError } from "./errors.ts";

/** The longest a timer of Node can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** How long to wait, who may end the wait, and what is then said. */
export interface DeadlineOptions {
  /** Milliseconds, at most 2147483647, about 25 days; more counts as that, and what is no number as 1. */
  readonly timeoutMs: number;
  /** Each of them ends the wait. */
  readonly signals: readonly (AbortSignal | undefined)[];
  /** The message of the error, once the time has passed. */
  readonly overdue: string;
}

/** The end of a wait, set by time or by the caller, whichever is first. */
export interface Deadline {
  /** Its reason is the error to throw. */
  readonly signal: AbortSignal;
  /** Starts the time anew. */
  restart(): void;
  /** Stops the time until it is started anew. The caller's signal stays in force. */
  pause(): void;
  /** Lets go of the timer and of the caller's signal. */
  end(): void;
}

/** Starts a wait. */
export function startDeadline({ timeoutMs, signals, overdue }: DeadlineOptions): Deadline {
  const delay = timeoutMs >= 1 ? Math.min(timeoutMs, LONGEST_MS) : 1;
  const controller = new AbortController();
  const abort = (): void => controller.abort(gatewayError("GATEWAY_ABORTED", "the call was aborted"));
  let timer: NodeJS.Timeout | undefined;
  const pause = (): void => clearTimeout(timer);
  const restart = (): void => {
    pause();
    timer = setTimeout(() => controller.abort(gatewayError("GATEWAY_TIMEOUT", overdue)), delay);
  };
  for (const signal of signals) signal?.addEventListener("abort", abort, { once: true });
  if (signals.some((signal) => signal?.aborted)) abort();
  else restart();
  const end = (): void => {
    pause();
    for (const signal of signals) signal?.removeEventListener("abort", abort);
  };
  return { signal: controller.signal, restart, pause, end };
}
