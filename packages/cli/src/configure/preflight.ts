import { formatResult, type ApplyResult } from "@durar/apply";
import { isDurarError } from "@durar/secretref-schema";
import { counted } from "../counted.ts";
import { describeError } from "../describe-error.ts";
import { reasonLines } from "../failure.ts";
import type { Prompter } from "./prompter.ts";
import type { Session } from "./session.ts";

/**
 * Shows what everything that was decided would change, and answers it; nothing where it does not hold and the operator
 * goes back.
 *
 * @param dryRun of all of it
 * @throws what stands in its way, where the operator gives up
 */
export async function preflight(
  dryRun: () => Promise<ApplyResult>,
  { surroundings, options }: Pick<Session, "surroundings" | "options">,
  prompter: Prompter,
): Promise<ApplyResult | undefined> {
  surroundings.showProgress?.("checking everything...");
  try {
    const result = await dryRun();
    surroundings.showProgress?.("");
    prompter.note("This is what would change:", "heading");
    prompter.show(formatResult(result, { cwd: surroundings.cwd, paint: prompter.paint }));
    if (result.skippedExecRefs > 0 && !options.allowExec)
      prompter.note(`${counted(result.skippedExecRefs, "exec ref")} not run: see --allow-exec`, "warning");
    return result;
  } catch (error) {
    surroundings.showProgress?.("");
    if (!isDurarError(error) || surroundings.signal?.aborted === true) throw error;
    const { message, code, hint, failures } = describeError(error, undefined);
    prompter.note("This does not hold yet:", "warning");
    prompter.show((failures ?? [{ message, code, hint, paths: [] }]).map(reasonLines).join(""));
    const next = await prompter.select<"back" | "stop">("What now?", [
      { value: "back", label: "Go back and change it" },
      { value: "stop", label: "Give up" },
    ]);
    if (next === "stop") throw error;
    return undefined;
  }
}
