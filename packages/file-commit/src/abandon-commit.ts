import { look } from "./digest.ts";
import { holdDirectories } from "./hold-directories.ts";
import { countDown, holdLocks, type HeldLocks } from "./hold-locks.ts";
import type { JournaledFile } from "./journal.ts";
import { isKnownFile, placesOfStages, resolveKnownFiles } from "./known-files.ts";
import { removeJournal } from "./place-journal.ts";
import { journalExists, readJournal } from "./read-journal.ts";
import { RECOVERY_TIMEOUT_MS, type RecoverCommitOptions } from "./recover-commit.ts";
import { stagePath } from "./stage-name.ts";
import { removeStage } from "./stage.ts";
import { sweepLeft } from "./sweep-left.ts";

/** How a file stands to a commit that was given up. */
export interface AbandonedFile {
  readonly path: string;
  /** As before the commit, as it would be after it, or neither, which it also is where it was not looked at. */
  readonly state: "before" | "after" | "other";
}

/** What was given up. */
export interface AbandonedCommit {
  /** False where there was no journal. */
  readonly abandoned: boolean;
  /** Every file that the journal names; none where it could not be read as one. */
  readonly files: readonly AbandonedFile[];
}

/**
 * Gives up an interrupted commit: its journal and stages are removed, and every file stays as it is, so some may be
 * new and some old. Also removes a journal that does not read as one, as long as it is a private file of root's or the
 * current user's. A commit that is going on is waited for.
 *
 * @throws APPLY_RECOVERY_CONFLICT where what stands in the journal's place cannot be trusted to be one; COMMIT_LOCKED,
 * COMMIT_ABORTED, COMMIT_FAILED
 */
export async function abandonCommit(
  options: Omit<RecoverCommitOptions, "besides">,
): Promise<AbandonedCommit> {
  const { journal, signal, lockTimeoutMs = RECOVERY_TIMEOUT_MS } = options;
  const files = [...options.files];
  const remaining = countDown(lockTimeoutMs);
  const known = await resolveKnownFiles(files);
  const places = [journal, ...(await placesOfStages(files, known))];
  const abandoned = (await journalExists(journal))
    ? await holdLocks([journal], { lockTimeoutMs, signal }, (own) => abandon(journal, known, own))
    : undefined;
  await sweepLeft(places, journal, { remaining, signal: undefined });
  return { abandoned: abandoned !== undefined, files: abandoned ?? [] };
}

/** @returns `undefined` where the journal is gone by now */
async function abandon(
  path: string,
  known: ReadonlySet<string>,
  own: HeldLocks,
): Promise<readonly AbandonedFile[] | undefined> {
  if (!(await journalExists(path))) return undefined;
  const journal = await readJournal(path);
  const { transaction = "", files = [] } = journal ?? {};
  const touchable = new Set<string>();
  for (const file of files) if (await isKnownFile(file.path, known)) touchable.add(file.path);
  return own.holdMore([...touchable].sort(), (locks) =>
    holdDirectories([path], async (sync) => {
      const states: AbandonedFile[] = [];
      for (const file of files)
        states.push({ path: file.path, state: touchable.has(file.path) ? await stateOf(file) : "other" });
      await locks.assertHeld();
      // The journal first: without its stages it could not be recovered from.
      await removeJournal(path);
      await sync([path]);
      for (const realPath of touchable) await removeStage(stagePath(realPath, transaction));
      return states;
    }),
  );
}

async function stateOf({ path, before, after }: JournaledFile): Promise<AbandonedFile["state"]> {
  const { hash } = await look(path);
  if (hash === before) return "before";
  return hash === after ? "after" : "other";
}
