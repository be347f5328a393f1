import { applyPlan, formatResult, type ApplyOptions, type ApplyResult } from "@durar/apply";
import { applyPlace } from "./apply-place.ts";
import { CommandError } from "./command-error.ts";
import { jsonDocument, painter, type CommandResult, type Surroundings } from "./console.ts";
import type { applyFlags, execFlags, GivenFlags, installationFlags, outputFlags } from "./flags.ts";
import { openInstallation, type Installation } from "./installation.ts";
import { recoverInterrupted } from "./recover-interrupted.ts";
import { reloadGateway, reloadLine, type ReloadOutcome } from "./reload-gateway.ts";

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
  let installation = openInstallation(flags, surroundings);
  let recovered: string | undefined;
  if (mode === "dry-run") refuseInterrupted(installation);
  else {
    recovered = await recoverInterrupted(installation, surroundings);
    // A change that went on was waited for, and has changed the files as well.
    if (recovered !== undefined || installation.interrupted)
      installation = openInstallation(flags, surroundings);
  }
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
  return applied(result, reload, recovered ?? "", flags, surroundings);
}

/** What was done is shown also where the gateway could not follow, which is a failure of its own. */
function applied(
  result: ApplyResult,
  reload: ReloadOutcome,
  notes: string,
  flags: GivenFlags<typeof outputFlags>,
  surroundings: Surroundings,
): CommandResult {
  const exitCode = reload.status === "failed" ? 1 : 0;
  if (flags.json === true)
    return { exitCode, stdout: jsonDocument({ ok: true, ...result, reload }), stderr: notes };
  const paint = painter(surroundings, flags["no-color"] !== true);
  const text = formatResult(result, { cwd: surroundings.cwd, paint, summaryOnly: flags.quiet });
  return { exitCode, stdout: text + reloadLine(reload), stderr: notes };
}

/** A dry run changes nothing, and what it would say of half a change is of no use. */
function refuseInterrupted({ interrupted, layout }: Installation): void {
  if (!interrupted) return;
  throw new CommandError(
    "CHANGE_INTERRUPTED",
    `a change over several files was interrupted: ${layout.journalFile}`,
    "run durar secrets apply without --dry-run, which finishes it first",
  );
}
