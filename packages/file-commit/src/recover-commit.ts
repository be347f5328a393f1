import { endJournal } from "./end-journal.ts";
import { holdDirectories } from "./hold-directories.ts";
import { countDown, holdLocks, type HeldLocks } from "./hold-locks.ts";
import { interrupted } from "./interrupted.ts";
import { placesOfStages, resolveKnownFiles } from "./known-files.ts";
import type { FileLockOptions } from "./lock.ts";
import { journalExists, readJournal, unreadableJournal } from "./read-journal.ts";
import { rollForward } from "./roll-forward.ts";
import { sweepLeft } from "./sweep-left.ts";
import { sweepStages } from "./sweep-stages.ts";
import { verifyPaths, verifyStates } from "./verify-journal.ts";

/** Where an interrupted commit may be found. */
export interface RecoverCommitOptions extends FileLockOptions {
  /** The absolute path of the journal, as `commitFiles` was given it. */
  readonly journal: string;
  /** Every file that a commit may have touched, existing or not. A journal that names another is not followed. */
  readonly files: readonly string[];
  /** Other files beside which a killed `replaceFile` may have left a stage. No journal may name them. @default none */
  readonly besides?: readonly string[] | undefined;
  /** How long to wait for the locks, in milliseconds. A killed process's are free after 11 seconds. @default 15000 */
  readonly lockTimeoutMs?: number;
}

/** What there was to recover. */
export interface RecoveredCommit {
  readonly outcome: "nothing-to-do" | "completed";
  /** The real paths of all files of the commit that was completed, in its order. */
  readonly changedFiles: readonly string[];
}

/** How long a recovery waits for locks unless it is told: longer than a killed process holds them. */
export const RECOVERY_TIMEOUT_MS = 15_000;

/**
 * Finishes the commit of many files that a killed process left: all files get their new contents, or, where it died on
 * the way back from a failure, their old ones. Without a journal it only removes stale stages. The journal is not
 * trusted: its place, owner and mode are judged, only files of the caller's list are touched, and all of them and their
 * stages are verified before one is. A commit that is going on is waited for. An abort is heeded until the first file
 * is touched.
 *
 * @throws APPLY_RECOVERY_CONFLICT, COMMIT_LOCKED, COMMIT_REFUSED, COMMIT_ABORTED, and nothing was touched;
 * COMMIT_INTERRUPTED where it could not be finished; COMMIT_FAILED
 */
export async function recoverCommit(options: RecoverCommitOptions): Promise<RecoveredCommit> {
  const { journal, signal, lockTimeoutMs = RECOVERY_TIMEOUT_MS } = options;
  const files = [...options.files];
  const besides = [...(options.besides ?? [])];
  const remaining = countDown(lockTimeoutMs);
  const known = await resolveKnownFiles(files);
  const places = [journal, ...(await placesOfStages(files, known))];
  places.push(...(await placesOfStages(besides, await resolveKnownFiles(besides))));
  for (;;) {
    if (await journalExists(journal)) {
      const waiting = { lockTimeoutMs: remaining(), signal };
      const changedFiles = await holdLocks([journal], waiting, (own) => complete(journal, known, own));
      if (changedFiles !== undefined) {
        await sweepLeft(places, journal, { remaining, signal: undefined });
        return { outcome: "completed", changedFiles };
      }
    }
    if (await sweepLeft(places, journal, { remaining, signal }))
      return { outcome: "nothing-to-do", changedFiles: [] };
  }
}

/** @returns `undefined` where the journal is gone, as when the commit that was waited for has ended */
async function complete(
  path: string,
  known: ReadonlySet<string>,
  own: HeldLocks,
): Promise<readonly string[] | undefined> {
  if (!(await journalExists(path))) return undefined;
  const journal = await readJournal(path);
  if (journal === undefined) throw unreadableJournal(path);
  await verifyPaths(journal, known);
  const realPaths = journal.files.map((file) => file.path);
  await own.holdMore(realPaths.toSorted(), async (locks) => {
    await verifyStates(journal, () => locks.throwIfAborted());
    await holdDirectories([path, ...realPaths], async (sync) => {
      await locks.assertHeld();
      await rollForward(journal, { journal: path, locks, sync }).catch((error: unknown) => {
        throw interrupted("the interrupted commit could not be finished", error);
      });
      await endJournal(path, sync);
    });
    for (const one of [path, ...realPaths]) await sweepStages(one);
  });
  return realPaths;
}
