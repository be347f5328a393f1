import { formatResult, type ApplyResult } from "@durar/apply";
import { jsonDocument, painter, type CommandResult, type Surroundings } from "../console.ts";
import type { GivenFlags, outputFlags } from "../command-line/flags.ts";
import { reloadLine, type ReloadOutcome } from "../gateway/reload-gateway.ts";

/** What was done, and what came of it. */
export interface Applied {
  readonly result: ApplyResult;
  readonly reload: ReloadOutcome;
  /** What was finished first. @default nothing */
  readonly recovered?: string | undefined;
  /** What the operator may want to do next, as lines. @default nothing */
  readonly next?: string | undefined;
}

/** What was done is shown also where the gateway could not follow, which is a failure of its own. */
export function tellApplied(
  { result, reload, recovered = "", next = "" }: Applied,
  flags: GivenFlags<typeof outputFlags>,
  surroundings: Surroundings,
): CommandResult {
  const exitCode = reload.status === "failed" ? 1 : 0;
  if (flags.json === true)
    return { exitCode, stdout: jsonDocument({ ok: true, ...result, reload }), stderr: recovered };
  const paint = painter(surroundings, flags["no-color"] !== true);
  const summaryOnly = flags.quiet === true;
  const text = formatResult(result, { cwd: surroundings.cwd, paint, summaryOnly });
  return { exitCode, stdout: text + reloadLine(reload) + (summaryOnly ? "" : next), stderr: recovered };
}
