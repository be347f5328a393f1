import { printable } from "@durar/secretref-schema";
import { CommandError } from "../command-error.ts";
import type { Surroundings } from "../console.ts";
import type { configureFlags, GivenFlags, installationFlags } from "../command-line/flags.ts";
import { openInstallation, type Installation } from "../installation.ts";
import { recoverInterrupted } from "../changes/recover-interrupted.ts";
import { consent } from "./consent.ts";
import type { Prompter } from "./prompter.ts";

/** The flags that an installation is opened with. */
export type OpenWholeFlags = GivenFlags<typeof installationFlags> &
  Pick<GivenFlags<typeof configureFlags>, "yes">;

/**
 * Opens an installation, and has a change that was interrupted finished first: what is decided on half of one would not
 * hold on the whole.
 *
 * @throws CommandError `CHANGE_INTERRUPTED` where the operator would not have it finished
 */
export async function openWhole(
  flags: OpenWholeFlags,
  surroundings: Surroundings,
  prompter: Prompter,
): Promise<Installation> {
  const installation = openInstallation(flags, surroundings);
  if (!installation.interrupted) return installation;
  const { journalFile } = installation.layout;
  prompter.note(`a change over several files was interrupted: ${printable(journalFile)}`, "warning");
  if (!(await consent("Finish it first?", prompter, flags.yes === true)))
    throw new CommandError(
      "CHANGE_INTERRUPTED",
      "an interrupted change stands in the way",
      "let it be finished, or give it up with durar secrets apply --abandon",
    );
  await recoverInterrupted(installation, surroundings);
  return openInstallation(flags, surroundings);
}
