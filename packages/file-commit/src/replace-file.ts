import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { bytesOf } from "./bytes-of.ts";
import { changed, compareWith, isUnchanged } from "./compare.ts";
import { examineTarget } from "./examine-target.ts";
import { holdLock, type FileLockOptions, type HeldLock } from "./lock.ts";
import { putInPlace } from "./put-in-place.ts";
import { resolvePath } from "./resolve-path.ts";
import { removeStage, writeStage } from "./stage.ts";
import { sweepStages } from "./sweep-stages.ts";
import { syncDirectory } from "./sync-directory.ts";
import { attempt } from "./system-error.ts";
import { newTransaction } from "./transaction.ts";

/** What a file becomes, and what it is now. */
export interface ReplaceFileOptions extends FileLockOptions {
  /** The whole new content. Text is written as UTF-8; a byte order mark is U+FEFF in it. */
  readonly content: string | Uint8Array;
  /**
   * What the caller read and decided upon; `undefined` means that the file must not exist. It is compared byte by byte
   * under the lock, just before the replacement.
   */
  readonly expected: string | Uint8Array | undefined;
}

/** A file that has the wanted content. */
export interface ReplacedFile {
  /** The file that was replaced, all links followed. */
  readonly realPath: string;
  /** False where the content was there already and nothing was written. */
  readonly changed: boolean;
}

/**
 * Replaces a file's content atomically, or creates the file (0600). Whoever reads it, also after this process was
 * killed, finds the old content or the new. Owner, group and permissions are kept; a link stays, and the file it leads
 * to is replaced. An abort is heeded until the replacement, and not from then on.
 *
 * @throws COMMIT_CONFLICT, COMMIT_LOCKED, COMMIT_LOCK_LOST, COMMIT_REFUSED, COMMIT_FAILED, COMMIT_ABORTED, and the file
 * is as it was; COMMIT_UNSYNCED, and it is replaced
 */
export async function replaceFile(path: string, options: ReplaceFileOptions): Promise<ReplacedFile> {
  const lockOptions = { ...options };
  const content = bytesOf(options.content);
  const expected = options.expected === undefined ? undefined : bytesOf(options.expected);
  const realPath = await resolvePath(path);
  // Nothing is made beside a file that is refused anyway, not even a lock.
  await examineTarget(realPath);
  return holdLock(realPath, lockOptions, async (lock) => ({
    realPath,
    changed: await commit(realPath, content, expected, lock),
  }));
}

async function commit(
  realPath: string,
  content: Buffer,
  expected: Buffer | undefined,
  lock: HeldLock,
): Promise<boolean> {
  await sweepStages(realPath);
  const before = await compareWith(realPath, expected);
  if (expected?.equals(content) === true) return false;
  // Opened first: where it cannot be, it could not be synced in the end.
  const directory = await attempt(`the directory of ${realPath} cannot be opened`, () =>
    open(dirname(realPath), "r"),
  );
  try {
    const stage = await writeStage(realPath, newTransaction(), content, before);
    try {
      await lock.assertHeld();
      if (!isUnchanged(before, await compareWith(realPath, expected))) throw changed(realPath);
      lock.signal.throwIfAborted();
      await putInPlace(stage, realPath, before);
    } catch (error) {
      await removeStage(stage);
      throw error;
    }
    await syncDirectory(directory, realPath);
    return true;
  } finally {
    await directory.close();
  }
}
