import { look } from "./digest.ts";
import { commitError } from "./errors.ts";
import { reversed, type Journal } from "./journal.ts";
import { placeJournal, removeJournal, stageJournal } from "./place-journal.ts";
import { journalExists } from "./read-journal.ts";
import { rollForward, type Rolling } from "./roll-forward.ts";
import { stagePath } from "./stage-name.ts";
import { removeStage, writeStage } from "./stage.ts";
import { newTransaction } from "./transaction.ts";

/** What the files of a commit held before it, by their real paths. */
export type OldContents = ReadonlyMap<string, Uint8Array | undefined>;

/**
 * Undoes a commit that failed after its journal was in place: the old content of what was renamed is staged, and a
 * journal of the way back replaces the first. Killed meanwhile, a recovery goes on in the direction of the journal it
 * finds.
 *
 * @throws COMMIT_LOCK_LOST, COMMIT_CONFLICT, COMMIT_REFUSED, COMMIT_FAILED; a journal is in place
 */
export async function rollBack(forward: Journal, old: OldContents, rolling: Rolling): Promise<void> {
  const { journal, locks, sync } = rolling;
  if (!(await locks.areHeld()))
    throw commitError("COMMIT_LOCK_LOST", "a lock was taken over during the commit");
  const back = await stageWayBack(forward, old);
  if (back.files.length > 0) {
    await placeJournal(await stageJournal(journal, back, sync), journal, sync);
    await rollForward(back, rolling);
  }
  // It may not have come to be.
  if (await journalExists(journal)) {
    await removeJournal(journal);
    await sync([journal]);
  }
  // Not sooner: the journal that was there first needs them.
  for (const { path } of forward.files) await removeStage(stagePath(path, forward.transaction));
}

/** Stages the old content of every file that has the new one, whatever the system said of its rename. */
async function stageWayBack({ files }: Journal, old: OldContents): Promise<Journal> {
  const transaction = newTransaction();
  const back = [];
  try {
    for (const file of files) {
      const { hash, stats } = await look(file.path);
      if (hash !== file.after) continue;
      const content = old.get(file.path);
      if (content !== undefined) await writeStage(file.path, transaction, content, stats);
      back.push(reversed(file));
    }
  } catch (error) {
    for (const { path } of back) await removeStage(stagePath(path, transaction));
    throw error;
  }
  return { version: 1, transaction, files: back };
}
