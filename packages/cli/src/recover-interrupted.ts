import { secretFiles, storePaths } from "@durar/durar-config";
import { recoverCommit } from "@durar/file-commit";
import type { Surroundings } from "./console.ts";
import { counted } from "./counted.ts";
import type { Installation } from "./installation.ts";

/**
 * Finishes a change over several files that was interrupted, before anything else is done.
 *
 * @returns a line for the operator, or `undefined` where there was nothing to finish
 * @throws DurarError of `@durar/file-commit`, such as `APPLY_RECOVERY_CONFLICT`
 */
export async function recoverInterrupted(
  { layout, config }: Installation,
  { signal }: Surroundings,
): Promise<string | undefined> {
  const { outcome, changedFiles } = await recoverCommit({
    ...{ journal: layout.journalFile, signal },
    files: storePaths(layout, config),
    besides: secretFiles(layout, config),
  });
  if (outcome === "nothing-to-do") return undefined;
  return `durar: a change that was interrupted has been finished first: ${counted(changedFiles.length, "file")}\n`;
}
