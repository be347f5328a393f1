import { lstat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { commitError } from "./errors.ts";
import { createLockDirectory, type LockDirectory } from "./lock-directory.ts";
import { codeOf, systemError } from "./system-error.ts";

/** How to wait for a file's lock. */
export interface FileLockOptions {
  /** How long to wait while someone else holds the lock, in milliseconds; 0 tries once. @default 5000 */
  readonly lockTimeoutMs?: number;
  /** Aborting it ends the wait, and aborts the signal of what runs under the lock. */
  readonly signal?: AbortSignal | undefined;
}

/** A lock while it is held. */
export interface HeldLock {
  /** Aborted with COMMIT_LOCK_LOST or COMMIT_ABORTED as its reason. */
  readonly signal: AbortSignal;
  /** Looks whether the lock is still this one. @throws the signal's reason where it is not */
  assertHeld(): Promise<void>;
  /** Whether the lock is still this one; an abort by the caller does not matter. */
  isHeld(): Promise<boolean>;
}

/**
 * Runs something while holding the lock of a real path: the directory `<real path>.lock`, refreshed every 5 seconds. A
 * lock that was not refreshed for 10 seconds belongs to a dead process and is taken over. Not re-entrant.
 *
 * @throws COMMIT_LOCKED at the deadline, COMMIT_ABORTED, COMMIT_FAILED where the lock cannot be made; what `run` throws
 */
export async function holdLock<Result>(
  realPath: string,
  options: FileLockOptions,
  run: (lock: HeldLock) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let released = false;
  let lost = false;
  const lose = (): void => {
    // proper-lockfile may be in the middle of a look at a lock that is given back.
    if (released) return;
    lost = true;
    controller.abort(commitError("COMMIT_LOCK_LOST", `the lock of ${realPath} was taken over`));
  };
  const abort = (): void =>
    controller.abort(commitError("COMMIT_ABORTED", `the work on ${realPath} was aborted`));
  if (options.signal?.aborted === true) abort();
  else options.signal?.addEventListener("abort", abort, { once: true });
  const { signal } = controller;
  try {
    const { directory, release } = await acquire(realPath, options.lockTimeoutMs ?? 5_000, signal, lose);
    const isHeld = async (): Promise<boolean> => {
      if (!(await directory.isOwn())) lose();
      return !lost;
    };
    const assertHeld = async (): Promise<void> => {
      await isHeld();
      signal.throwIfAborted();
    };
    try {
      signal.throwIfAborted();
      return await run({ signal, assertHeld, isHeld });
    } finally {
      released = true;
      // One that cannot be removed is taken over as a dead owner's is.
      await release().catch(() => undefined);
    }
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}

/** Whether the lock of a real path exists, be its owner alive or dead. */
export async function isLocked(realPath: string): Promise<boolean> {
  return lstat(lockPath(realPath)).then(
    () => true,
    () => false,
  );
}

function lockPath(realPath: string): string {
  return `${realPath}.lock`;
}

interface AcquiredLock {
  readonly directory: LockDirectory;
  readonly release: () => Promise<void>;
}

async function acquire(
  realPath: string,
  timeoutMs: number,
  signal: AbortSignal,
  lose: () => void,
): Promise<AcquiredLock> {
  // Loaded when it is used: it hooks into the signals and the exit of the process, and into `fs.close`.
  // By its default, which it has in a bundle too.
  const { default: lockfile } = await import("proper-lockfile");
  const path = lockPath(realPath);
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const directory = createLockDirectory(path);
    const { fileSystem: fs } = directory;
    try {
      const release = await lockfile.lock(realPath, { realpath: false, fs, onCompromised: lose });
      return { directory, release };
    } catch (error) {
      const code = codeOf(error);
      const left = deadline - performance.now();
      // ENOENT: someone took it for a dead owner's, and removed it, just as it was made.
      if (code !== "ELOCKED" && (code !== "ENOENT" || !(left > 0))) throw unlockable(path, error);
      if (!(left > 0)) throw commitError("COMMIT_LOCKED", `${path} is held by someone else`);
      // At random, so that those who wait do not try all at once. An abort is seen above.
      await sleep(Math.min(left, 20 + 30 * Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }
}

function unlockable(path: string, error: unknown): Error {
  const foreign = ["ENOTDIR", "ENOTEMPTY", "EEXIST"].includes(codeOf(error));
  return systemError(
    `the lock ${path} cannot be made`,
    error,
    foreign ? "remove what is there, which is no lock, or rename it" : undefined,
  );
}
