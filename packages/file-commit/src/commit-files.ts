import { bytesOf } from "./bytes-of.ts";
import { commitChanges, type Change } from "./commit-changes.ts";
import { commitError } from "./errors.ts";
import { createExaminationOfMany } from "./examine-targets.ts";
import { holdLocks } from "./hold-locks.ts";
import { tooLarge } from "./journal.ts";
import { judgeJournalPlace } from "./judge-journal-place.ts";
import type { FileLockOptions } from "./lock.ts";
import { journalExists } from "./read-journal.ts";
import { forEveryItem } from "./report-together.ts";
import { resolvePath } from "./resolve-path.ts";

/** What one of many files becomes, and what it is now. */
export interface FileChange {
  readonly path: string;
  /** The whole new content. Text is written as UTF-8; a byte order mark is U+FEFF in it. */
  readonly content: string | Uint8Array;
  /** What the caller read and decided upon; `undefined` means that the file must not exist. */
  readonly expected: string | Uint8Array | undefined;
}

/** How many files are committed. */
export interface CommitFilesOptions extends FileLockOptions {
  /**
   * The absolute path of the journal, in a directory that exists. It must be the same one for all who commit these
   * files, and lie where only root and the current user can write.
   */
  readonly journal: string;
}

/** Files that have the wanted content. */
export interface CommittedFiles {
  /** The real paths of those that were replaced or created, in the order given. Those that had the content are left out. */
  readonly changedFiles: readonly string[];
}

/**
 * Replaces the content of many files, all or none, or creates them (0600). Each keeps its owner, group, permissions and
 * links, as with `replaceFile`. A process that is killed leaves the old contents, or a journal with which
 * `recoverCommit` brings all files to their new ones; the journal holds no content. An abort is heeded until the
 * journal is written, and not from then on. `lockTimeoutMs` is for all locks together.
 *
 * @throws COMMIT_REFUSED, COMMIT_CONFLICT, COMMIT_LOCKED, COMMIT_LOCK_LOST, COMMIT_FAILED, COMMIT_ABORTED, and all files
 * are as they were; COMMIT_UNSYNCED, and all are replaced; COMMIT_INTERRUPTED where a journal waits for `recoverCommit`,
 * an earlier commit's or this one's
 */
export async function commitFiles(
  changes: readonly FileChange[],
  options: CommitFilesOptions,
): Promise<CommittedFiles> {
  const { journal, ...lockOptions } = options;
  const given = changes.map(({ path, content, expected }) => ({
    path,
    content: bytesOf(content),
    expected: expected === undefined ? undefined : bytesOf(expected),
  }));
  const journalRealPath = await judgeJournalPlace(journal);
  const examine = await createExaminationOfMany();
  // Nothing is made beside a file while another is refused, not even a lock.
  const wanted = await forEveryItem(given, async ({ path, content, expected }): Promise<Change> => {
    const realPath = await resolvePath(path);
    if (realPath === journalRealPath) throw refuse(`${path} is the journal itself`, "name another journal");
    await examine(realPath);
    return { realPath, content, expected };
  });
  const realPaths = wanted.map(({ realPath }) => realPath);
  const excess = tooLarge(realPaths);
  if (excess !== undefined)
    throw refuse(`the journal of the commit would hold ${excess}`, "commit fewer files at once");
  return holdLocks([journal], lockOptions, async (own) => {
    if (await journalExists(journal))
      throw commitError("COMMIT_INTERRUPTED", `the journal ${journal} of an interrupted commit exists`);
    return own.holdMore(realPaths.toSorted(), async (locks) => ({
      changedFiles: await commitChanges(wanted, journal, locks),
    }));
  });
}

function refuse(problem: string, hint: string): Error {
  return commitError("COMMIT_REFUSED", problem, { hint });
}
