import { storePaths } from "@durar/durar-config";
import { recoverCommit } from "@durar/file-commit";
import { DurarError, isDurarError } from "@durar/secretref-schema";
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
  }).catch(withCommand);
  if (outcome === "nothing-to-do") return undefined;
  return `durar: a change that was interrupted has been finished first: ${counted(changedFiles.length, "file")}\n`;
}

/** What a program would call, the operator runs. */
function withCommand(error: unknown): never {
  if (!isDurarError(error) || error.code !== "APPLY_RECOVERY_CONFLICT") throw error;
  const { code, kind, message, paths } = error;
  const hint =
    "compare the files by hand, then leave them as they are and give the change up: durar secrets apply --abandon";
  throw new DurarError({ code, kind, message, paths, hint });
}
