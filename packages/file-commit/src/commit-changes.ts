import type { BigIntStats } from "node:fs";
import { changed, compareWith, isUnchanged } from "./compare.ts";
import { digestOf } from "./digest.ts";
import { endJournal } from "./end-journal.ts";
import { holdDirectories, type SyncDirectories } from "./hold-directories.ts";
import type { HeldLocks } from "./hold-locks.ts";
import { because, interrupted } from "./interrupted.ts";
import type { Journal } from "./journal.ts";
import { placeJournal, stageJournal } from "./place-journal.ts";
import { forEveryItem } from "./report-together.ts";
import { rollBack } from "./roll-back.ts";
import { rollForward, type Rolling } from "./roll-forward.ts";
import { removeStage, writeStage } from "./stage.ts";
import { sweepStages } from "./sweep-stages.ts";
import { newTransaction } from "./transaction.ts";

/** A file as it was read, and what it becomes. */
export interface Change {
  readonly realPath: string;
  readonly content: Buffer;
  readonly expected: Buffer | undefined;
}

/** A change that is really one. */
interface Pending extends Change {
  /** The file that was found to be what is expected. */
  readonly before: BigIntStats | undefined;
}

/**
 * Commits changes while the locks of the journal and of all their files are held, and no journal exists.
 *
 * @returns the real paths of the files that did not have the content
 * @throws what `commitFiles` throws
 */
export async function commitChanges(
  changes: readonly Change[],
  journal: string,
  locks: HeldLocks,
): Promise<readonly string[]> {
  for (const path of [journal, ...changes.map(({ realPath }) => realPath)]) await sweepStages(path);
  const compared = await forEveryItem(changes, async (change): Promise<Pending> => {
    return { ...change, before: await compareWith(change.realPath, change.expected) };
  });
  const pending = compared.filter(({ expected, content }) => expected?.equals(content) !== true);
  const realPaths = pending.map(({ realPath }) => realPath);
  if (pending.length > 0)
    await holdDirectories([journal, ...realPaths], (sync) => commitPending(pending, journal, locks, sync));
  return realPaths;
}

async function commitPending(
  pending: readonly Pending[],
  journal: string,
  locks: HeldLocks,
  sync: SyncDirectories,
): Promise<void> {
  const plan = planOf(pending);
  const rolling = { journal, locks, sync };
  const stagedJournal = await stageAll(pending, plan, rolling);
  try {
    await placeJournal(stagedJournal, journal, sync);
    await rollForward(plan, rolling);
  } catch (error) {
    const old = new Map(pending.map(({ realPath, expected }) => [realPath, expected]));
    await rollBack(plan, old, rolling).catch((failure: unknown) => {
      throw interrupted(`the commit failed${because(error)} and could not be undone`, failure);
    });
    throw error;
  }
  await endJournal(journal, sync);
}

function planOf(pending: readonly Pending[]): Journal {
  const files = pending.map(({ realPath, content, expected }) => ({
    path: realPath,
    before: expected === undefined ? null : digestOf(expected),
    after: digestOf(content),
  }));
  return { version: 1, transaction: newTransaction(), files };
}

/**
 * Writes all new contents and the journal beside their places, then sees that the files are still what they were and
 * the locks still these. On failure no stage is left.
 *
 * @returns the stage of the journal
 */
async function stageAll(
  pending: readonly Pending[],
  plan: Journal,
  { journal, locks, sync }: Rolling,
): Promise<string> {
  const stages: string[] = [];
  try {
    for (const { realPath, content, before } of pending) {
      locks.throwIfAborted();
      stages.push(await writeStage(realPath, plan.transaction, content, before));
    }
    const stagedJournal = await stageJournal(journal, plan, sync);
    stages.push(stagedJournal);
    await forEveryItem(pending, async ({ realPath, expected, before }) => {
      if (!isUnchanged(before, await compareWith(realPath, expected))) throw changed(realPath);
    });
    await locks.assertHeld();
    return stagedJournal;
  } catch (error) {
    for (const stage of stages) await removeStage(stage);
    throw error;
  }
}
