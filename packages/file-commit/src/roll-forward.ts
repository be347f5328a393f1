import { unlink } from "node:fs/promises";
import { changed } from "./compare.ts";
import { look } from "./digest.ts";
import { commitError } from "./errors.ts";
import type { SyncDirectories } from "./hold-directories.ts";
import type { HeldLocks } from "./hold-locks.ts";
import type { Journal, JournaledFile } from "./journal.ts";
import { putInPlace } from "./put-in-place.ts";
import { stagePath } from "./stage-name.ts";
import { attempt } from "./system-error.ts";

/** A commit from its journal on. */
export interface Rolling {
  /** The path of the journal. */
  readonly journal: string;
  readonly locks: HeldLocks;
  readonly sync: SyncDirectories;
}

/**
 * Does what a journal in place says, and syncs it. Files that are done already are left as they are, so it can be
 * called again. The mode and owner of a file are those it has at this moment, whoever changed them meanwhile.
 *
 * @throws COMMIT_CONFLICT at a file that is neither what it was nor what it becomes, COMMIT_LOCK_LOST, COMMIT_REFUSED,
 * COMMIT_FAILED; the files before it are done
 */
export async function rollForward({ transaction, files }: Journal, rolling: Rolling): Promise<void> {
  for (const file of files) {
    // A successor that took this process for dead has gone on from here.
    if (!(await rolling.locks.areHeld([rolling.journal, file.path])))
      throw commitError("COMMIT_LOCK_LOST", `the lock of ${file.path} was taken over during the commit`);
    await roll(file, transaction);
  }
  await rolling.sync(files.map(({ path }) => path));
}

async function roll({ path, before, after }: JournaledFile, transaction: string): Promise<void> {
  const { hash, stats } = await look(path);
  if (hash === after) return;
  if (hash !== before) throw changed(path);
  if (after === null) await attempt(`${path} cannot be removed`, () => unlink(path));
  else await putInPlace(stagePath(path, transaction), path, stats);
}
