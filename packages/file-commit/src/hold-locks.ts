import { holdLock, type FileLockOptions, type HeldLock } from "./lock.ts";

/** Several locks while they are held. */
export interface HeldLocks {
  /** Looks whether all are still these. @throws COMMIT_LOCK_LOST where one is not, or COMMIT_ABORTED */
  assertHeld(): Promise<void>;
  /** @throws COMMIT_LOCK_LOST or COMMIT_ABORTED, as far as is known without a look */
  throwIfAborted(): void;
  /** Whether those of these real paths, by default all, are still the same; an abort by the caller does not matter. */
  areHeld(realPaths?: readonly string[]): Promise<boolean>;
  /** Runs something while holding more locks as well, until the same deadline. */
  holdMore<Result>(realPaths: readonly string[], run: RunUnderLocks<Result>): Promise<Result>;
}

/** What runs while locks are held. */
export type RunUnderLocks<Result> = (locks: HeldLocks) => Promise<Result>;

/**
 * Runs something while holding the locks of several real paths. They are taken in the order given, which must be the
 * same for all who want several: then nobody waits in a circle. The deadline is that of all together.
 *
 * @throws what `holdLock` throws, and what `run` throws
 */
export function holdLocks<Result>(
  realPaths: readonly string[],
  options: FileLockOptions,
  run: RunUnderLocks<Result>,
): Promise<Result> {
  const wait = { remaining: countDown(options.lockTimeoutMs), signal: options.signal };
  return hold(realPaths, new Map(), wait, run);
}

/** The milliseconds that are left of a time for waiting, at each call. */
export function countDown(lockTimeoutMs = 5_000): () => number {
  const deadline = performance.now() + lockTimeoutMs;
  return () => Math.max(0, deadline - performance.now());
}

type Locks = ReadonlyMap<string, HeldLock>;

interface Wait {
  readonly remaining: () => number;
  readonly signal: AbortSignal | undefined;
}

function hold<Result>(
  realPaths: readonly string[],
  outer: Locks,
  { remaining, signal }: Wait,
  run: RunUnderLocks<Result>,
): Promise<Result> {
  const locks = new Map(outer);
  const next = (index: number, signal: AbortSignal | undefined): Promise<Result> => {
    const realPath = realPaths[index];
    if (realPath === undefined) return run(together(locks, { remaining, signal }));
    // Each signal hangs on the one before it, since many listeners on the caller's would make Node warn.
    return holdLock(realPath, { lockTimeoutMs: remaining(), signal }, (lock) => {
      locks.set(realPath, lock);
      return next(index + 1, lock.signal);
    });
  };
  return next(0, signal);
}

function together(locks: Locks, wait: Wait): HeldLocks {
  // The outermost first: the others' reason is only that theirs is aborted.
  const throwIfAborted = (): void => locks.forEach(({ signal }) => signal.throwIfAborted());
  const areHeld = async (realPaths: Iterable<string> = locks.keys()): Promise<boolean> => {
    let all = true;
    for (const realPath of realPaths) all = (await locks.get(realPath)?.isHeld()) === true && all;
    return all;
  };
  return {
    throwIfAborted,
    areHeld,
    assertHeld: async () => {
      await areHeld();
      throwIfAborted();
    },
    holdMore: (realPaths, run) => hold(realPaths, locks, wait, run),
  };
}
