import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { examineCommit, refuseJournal } from "./examine-commit.ts";
import { forEveryItem } from "./report-together.ts";
import { attempt } from "./system-error.ts";

/** What else belongs to the commit that is looked at. */
export interface ExamineFilesOptions {
  /** The absolute path of its journal. */
  readonly journal: string;
}

/**
 * Looks whether files could be replaced or created and stay what they are, as a dry run does: changes nothing and takes
 * no lock. What it finds nothing against may still be refused by then.
 *
 * @throws COMMIT_REFUSED or COMMIT_FAILED with everything that speaks against it, and COMMIT_INTERRUPTED, in the words of
 * `commitFiles`
 */
export async function examineFiles(
  paths: readonly string[],
  { journal }: ExamineFilesOptions,
): Promise<void> {
  const realPaths = await examineCommit(paths, journal);
  await forEveryItem([journal, ...realPaths], (path) =>
    attempt(`nothing can be written beside ${path}`, () =>
      access(dirname(path), constants.W_OK | constants.X_OK),
    ),
  );
  await refuseJournal(journal);
}
