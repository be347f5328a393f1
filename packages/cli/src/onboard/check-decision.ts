import { isDurarError } from "@durar/secretref-schema";
import { ownReasons, reasonNote } from "../configure/own-reasons.ts";
import type { Prompter } from "../configure/prompter.ts";
import type { Decision, Onboarding } from "./onboarding.ts";

/**
 * Checks one answer at once, as saving it alone would, and shows what is wrong with it. What else is wrong with the
 * installation is for the check of everything.
 *
 * @returns whether it holds
 */
export async function checkDecision(
  decision: Decision,
  onboarding: Onboarding,
  prompter: Prompter,
): Promise<boolean> {
  if (!(await mayRun(decision, onboarding, prompter))) return false;
  const { surroundings } = onboarding.session;
  surroundings.showProgress?.("checking...");
  try {
    await onboarding.carryOut(decision, "dry-run");
    return true;
  } catch (error) {
    if (!isDurarError(error)) throw error;
    const paths = [...decision.fields.map(({ path }) => path), ...decision.keep];
    const reasons = ownReasons(
      error,
      paths.map((path) => ({ path, agentId: undefined })),
    );
    if (reasons.length === 0) return true;
    surroundings.showProgress?.("");
    prompter.note(reasonNote(reasons), "warning");
    return false;
  } finally {
    surroundings.showProgress?.("");
  }
}

/** A ref of exec resolves by a command, which runs with the operator's consent alone; `--yes` is none. */
async function mayRun(decision: Decision, onboarding: Onboarding, prompter: Prompter): Promise<boolean> {
  if (onboarding.allowExec || !onboarding.needsExec(decision)) return true;
  prompter.note("a ref of source exec resolves by a command, and is not saved before it was seen to resolve");
  onboarding.allowExec = await prompter.confirm("Run the commands of the exec providers that are in use?");
  if (!onboarding.allowExec) prompter.note("nothing was run, so choose something else", "warning");
  return onboarding.allowExec;
}
