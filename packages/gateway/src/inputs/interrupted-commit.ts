import { lstatSync } from "node:fs";
import { readDocument, readTextFile } from "@durar/config-document";
import { storePaths, type Layout } from "@durar/durar-config";
import { recoverCommit } from "@durar/file-commit";

/** Whether a change over several files is under way, or was interrupted. */
export function isCommitUnfinished({ journalFile }: Layout): boolean {
  return lstatSync(journalFile, { throwIfNoEntry: false }) !== undefined;
}

/**
 * Finishes a change over several files that a killed process left, and waits for one that is going on, so that nothing
 * is read that is half of one state and half of the other. Removes what such a process left beside the files.
 *
 * @returns the files of the change that was finished; none where there was nothing to finish
 * @throws DurarError `APPLY_RECOVERY_CONFLICT`, or another of `@durar/file-commit`
 */
export async function finishCommit(
  layout: Layout,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const text = readTextFile(layout.configFile);
  const read = text.ok ? readDocument(text.text) : undefined;
  const config = read?.ok === true ? read.document.value : undefined;
  const files = storePaths(layout, config);
  return (await recoverCommit({ journal: layout.journalFile, files, signal })).changedFiles;
}
