/** A signal that is aborted after some time, or with another signal. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Lets the time pass unnoticed: to be called when what it bounds is over. */
  stop(): void;
}

/** Unlike `AbortSignal.timeout`, keeps the process alive until then: what it bounds may hold nothing open. */
export function startDeadline(milliseconds: number, other?: AbortSignal): Deadline {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, milliseconds);
  if (other?.aborted === true) abort();
  other?.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    stop() {
      clearTimeout(timer);
      other?.removeEventListener("abort", abort);
    },
  };
}
