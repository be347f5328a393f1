import { commitError } from "./errors.ts";
import { createExaminationOfMany } from "./examine-targets.ts";
import { tooLarge } from "./journal.ts";
import { judgeJournalPlace } from "./judge-journal-place.ts";
import { journalExists } from "./read-journal.ts";
import { forEveryItem } from "./report-together.ts";
import { resolvePath } from "./resolve-path.ts";

/**
 * Finds the files of a commit and sees that nothing speaks against it. Makes nothing, not even a lock.
 *
 * @returns their real paths, in the order given
 * @throws COMMIT_REFUSED or COMMIT_FAILED with everything that is wrong with the files
 */
export async function examineCommit(paths: readonly string[], journal: string): Promise<readonly string[]> {
  const journalRealPath = await judgeJournalPlace(journal);
  const examine = await createExaminationOfMany();
  const realPaths = await forEveryItem(paths, async (path) => {
    const realPath = await resolvePath(path);
    if (realPath === journalRealPath) throw refuse(`${path} is the journal itself`, "name another journal");
    await examine(realPath);
    return realPath;
  });
  const excess = tooLarge(realPaths);
  if (excess !== undefined)
    throw refuse(`the journal of the commit would hold ${excess}`, "commit fewer files at once");
  return realPaths;
}

/** @throws COMMIT_INTERRUPTED where an earlier commit's journal waits for its recovery */
export async function refuseJournal(journal: string): Promise<void> {
  if (await journalExists(journal))
    throw commitError("COMMIT_INTERRUPTED", `the journal ${journal} of an interrupted commit exists`);
}

function refuse(problem: string, hint: string): Error {
  return commitError("COMMIT_REFUSED", problem, { hint });
}
