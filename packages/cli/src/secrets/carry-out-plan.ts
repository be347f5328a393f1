import { applyPlan, type ApplyOptions } from "@durar/apply";
import { applyPlace } from "../changes/apply-place.ts";
import { CommandError } from "../command-error.ts";
import type { CommandResult, Surroundings } from "../console.ts";
import type {
  applyFlags,
  execFlags,
  GivenFlags,
  installationFlags,
  outputFlags,
} from "../command-line/flags.ts";
import { openInstallation } from "../installation.ts";
import { openRecovered, type RecoveredInstallation } from "../changes/recover-interrupted.ts";
import { reloadGateway, type ReloadOutcome } from "../gateway/reload-gateway.ts";
import { tellApplied } from "../changes/tell-applied.ts";

/** The flags that a plan is carried out by. */
export type CarryOutFlags = Pick<GivenFlags<typeof applyFlags>, "accept-new-values" | "no-reload"> &
  GivenFlags<typeof execFlags & typeof outputFlags & typeof installationFlags>;

/**
 * Carries a plan out, as every command does that applies one: finishes first what was interrupted, applies, has a running
 * gateway reload, and tells what was done.
 *
 * @throws what `applyPlan` and the recovery throw; CommandError `CHANGE_INTERRUPTED` for a dry run on half a change
 */
export async function carryOutPlan(
  plan: unknown,
  mode: ApplyOptions["mode"],
  flags: CarryOutFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { installation, recovered } =
    mode === "write" ? await openRecovered(flags, surroundings) : openUninterrupted(flags, surroundings);
  const { layout } = installation;
  const result = await applyPlan({
    ...applyPlace(installation, surroundings),
    ...{ plan, mode, journal: layout.journalFile },
    allowExec: flags["allow-exec"],
    acceptNewValues: flags["accept-new-values"],
    signal: surroundings.signal,
  });
  const wantsReload = result.mode === "write" && result.changed && flags["no-reload"] !== true;
  const reload: ReloadOutcome = wantsReload
    ? await reloadGateway(layout, surroundings)
    : { status: "skipped" };
  return tellApplied({ result, reload, recovered }, flags, surroundings);
}

/** A dry run changes nothing, and what it would say of half a change is of no use. */
function openUninterrupted(flags: CarryOutFlags, surroundings: Surroundings): RecoveredInstallation {
  const installation = openInstallation(flags, surroundings);
  const { interrupted, layout } = installation;
  if (!interrupted) return { installation, recovered: undefined };
  throw new CommandError(
    "CHANGE_INTERRUPTED",
    `a change over several files was interrupted: ${layout.journalFile}`,
    "run durar secrets apply without --dry-run, which finishes it first",
  );
}
