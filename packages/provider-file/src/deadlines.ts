/** What a call came to: its result, or why one stopped waiting for it. */
export type Outcome<Result> =
  | { readonly kind: "done"; readonly result: Result }
  /** It takes longer than it may. */
  | { readonly kind: "timeout" }
  /** An earlier one with the same key took longer than it may, and is still not back. */
  | { readonly kind: "stuck" }
  | { readonly kind: "aborted" };

/** How long to wait, and who may end the wait. */
export interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Runs a call under a deadline. */
export type Deadlines = <Result>(
  key: string,
  limits: Limits,
  call: () => Promise<Result>,
) => Promise<Outcome<Result>>;

/**
 * Waits for calls that cannot be cancelled, such as a read from a mount that hangs. One that outlives its deadline is
 * left behind; until it is back, no other with its key is started, as each would hold a thread of its own.
 */
export function createDeadlines(): Deadlines {
  const overdue = new Set<{ readonly key: string }>();
  return async (key, { timeoutMs, signal }, call) => {
    if (signal?.aborted === true) return { kind: "aborted" };
    if ([...overdue].some((other) => other.key === key)) return { kind: "stuck" };
    const entry = { key };
    let timer: NodeJS.Timeout | undefined;
    let abort: (() => void) | undefined;
    const ended = new Promise<Outcome<never>>((resolve) => {
      timer = setTimeout(() => {
        overdue.add(entry);
        resolve({ kind: "timeout" });
      }, timeoutMs);
      // The deadline outlives the abort: a call left hanging counts as overdue all the same.
      abort = () => resolve({ kind: "aborted" });
      signal?.addEventListener("abort", abort, { once: true });
    });
    const running = call().finally(() => {
      clearTimeout(timer);
      overdue.delete(entry);
    });
    try {
      return await Promise.race([running.then((result) => ({ kind: "done", result }) as const), ended]);
    } finally {
      signal?.removeEventListener("abort", abort!);
    }
  };
}
