import { bytesOf } from "./bytes-of.ts";
import { commitChanges, type Change } from "./commit-changes.ts";
import { examineCommit, refuseJournal } from "./examine-commit.ts";
import { holdLocks } from "./hold-locks.ts";
import type { FileLockOptions } from "./lock.ts";

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
  // Nothing is made beside a file while another is refused, not even a lock.
  const realPaths = await examineCommit(
    given.map(({ path }) => path),
    journal,
  );
  const wanted = given.map(({ content, expected }, index): Change => {
    return { realPath: realPaths[index] ?? "", content, expected };
  });
  return holdLocks([journal], lockOptions, async (own) => {
    await refuseJournal(journal);
    return own.holdMore(realPaths.toSorted(), async (locks) => ({
      changedFiles: await commitChanges(wanted, journal, locks),
    }));
  });
}
