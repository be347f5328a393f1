import { holdLock, type FileLockOptions } from "./lock.ts";
import { resolvePath } from "./resolve-path.ts";

/**
 * Runs something while holding the lock that {@link replaceFile} takes for the same file, however it is named. It is
 * not re-entrant: a `replaceFile` of that file inside `run` waits for its own caller. The file need not exist; its
 * directory must. The signal given to `run` is aborted when the caller's is, or when the lock is lost (the reason is a
 * DurarError); what `run` then does is its own affair, and its result or error is passed on.
 *
 * @throws COMMIT_LOCKED, COMMIT_ABORTED, COMMIT_REFUSED, COMMIT_FAILED before `run` is called
 */
export async function withFileLock<Result>(
  path: string,
  options: FileLockOptions,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const copied = { ...options };
  return holdLock(await resolvePath(path), copied, ({ signal }) => run(signal));
}
