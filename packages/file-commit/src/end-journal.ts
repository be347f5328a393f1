import { commitError } from "./errors.ts";
import type { SyncDirectories } from "./hold-directories.ts";
import { interrupted } from "./interrupted.ts";
import { removeJournal } from "./place-journal.ts";

/**
 * Removes the journal of a commit whose files are all in place.
 *
 * @throws COMMIT_INTERRUPTED where it stays; COMMIT_UNSYNCED where a power failure may bring it back
 */
export async function endJournal(journal: string, sync: SyncDirectories): Promise<void> {
  await removeJournal(journal).catch((error: unknown) => {
    throw interrupted("all files are in place, but the commit could not be ended", error);
  });
  await sync([journal]).catch((error: unknown) => {
    const cause = error instanceof Error ? { cause: error } : {};
    const problem = `all files are in place, but the directory of the journal ${journal} could not be synced`;
    throw commitError("COMMIT_UNSYNCED", problem, cause);
  });
}
