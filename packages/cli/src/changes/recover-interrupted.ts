import { secretFiles, storePaths } from "@durar/durar-config";
import { recoverCommit } from "@durar/file-commit";
import type { Surroundings } from "../console.ts";
import { counted } from "../counted.ts";
import type { GivenFlags, installationFlags } from "../command-line/flags.ts";
import { openInstallation, type Installation } from "../installation.ts";

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

/** An installation, and the line for the operator where something had to be finished. */
export interface RecoveredInstallation {
  readonly installation: Installation;
  readonly recovered: string | undefined;
}

/**
 * Opens an installation as it is once what was interrupted is finished.
 *
 * @throws what {@link recoverInterrupted} throws
 */
export async function openRecovered(
  flags: GivenFlags<typeof installationFlags>,
  surroundings: Surroundings,
): Promise<RecoveredInstallation> {
  const installation = openInstallation(flags, surroundings);
  const recovered = await recoverInterrupted(installation, surroundings);
  // A change that went on was waited for, and has changed the files as well.
  const hasChanged = recovered !== undefined || installation.interrupted;
  return { installation: hasChanged ? openInstallation(flags, surroundings) : installation, recovered };
}
