import { rename, unlink } from "node:fs/promises";
import type { SyncDirectories } from "./hold-directories.ts";
import { writeJournalText, type Journal } from "./journal.ts";
import { removeStage, writeStage } from "./stage.ts";
import { attempt } from "./system-error.ts";

/**
 * Writes a journal, a private file (0600), beside its place. The stages it leads to must survive what it survives, so
 * their names are synced first.
 *
 * @returns the path of the journal's own stage
 * @throws COMMIT_FAILED
 */
export async function stageJournal(path: string, journal: Journal, sync: SyncDirectories): Promise<string> {
  await sync(journal.files.map((file) => file.path));
  return writeStage(path, journal.transaction, Buffer.from(writeJournalText(journal)), undefined);
}

/**
 * Puts a staged journal in place, over one that is there: from here on, what it says will be done.
 *
 * @throws COMMIT_FAILED; it may be in place then
 */
export async function placeJournal(stage: string, path: string, sync: SyncDirectories): Promise<void> {
  try {
    await attempt(`the journal ${path} cannot be put in place`, () => rename(stage, path));
  } catch (error) {
    await removeStage(stage);
    throw error;
  }
  await sync([path]);
}

/** Removes a journal: what it stands for is done. Sync its directory then. @throws COMMIT_FAILED */
export async function removeJournal(path: string): Promise<void> {
  await attempt(`the journal ${path} cannot be removed`, () => unlink(path));
}
