import { resolve } from "node:path";
import { isDurarError, printable, type SecretsPlan } from "@durar/secretref-schema";
import type { CarryOutFlags } from "../secrets/carry-out-plan.ts";
import { jsonDocument, type CommandResult } from "../console.ts";
import { counted } from "../counted.ts";
import { checkOutput, type OutputFile } from "../output-file.ts";
import { planOutput, writePlan } from "../secrets/plan-file.ts";
import { consent } from "./consent.ts";
import { preflight } from "./preflight.ts";
import type { Prompter } from "./prompter.ts";
import type { Session } from "./session.ts";

export interface FinishFlags extends CarryOutFlags {
  readonly apply?: true | undefined;
  readonly yes?: true | undefined;
}

/** What becomes of a plan: it is carried out, or what was done instead is told. */
export type End =
  | { readonly apply: SecretsPlan; readonly acceptsNewValues: boolean }
  | { readonly apply?: undefined; readonly result: CommandResult };

/**
 * Shows what the whole plan would change, and asks whether it is applied, saved, both, or neither. Answers nothing where
 * the operator goes back to change it.
 *
 * @throws what stands in the way of the plan, where the operator gives up
 */
export async function finish(
  session: Session,
  prompter: Prompter,
  flags: FinishFlags,
): Promise<End | undefined> {
  const { plan, acceptsNewValues } = session;
  if (session.isEmpty) {
    prompter.note("nothing was decided, so there is nothing to do");
    return { result: told(plan, undefined, flags, false) };
  }
  const change = await preflight(() => session.dryRun(plan, session.acceptsNewValues), session, prompter);
  if (change === undefined) return undefined;
  const choice = flags.apply === true ? "apply" : await askEnd(session, prompter, flags);
  if (choice === "back") return undefined;
  const output = choice === "save" || choice === "both" ? await save(plan, session, prompter) : undefined;
  const isMeant =
    choice === "both" ||
    (choice === "apply" &&
      (flags.apply !== true || (await consent("Apply it now?", prompter, flags.yes === true))));
  if (isMeant) return { apply: plan, acceptsNewValues };
  return { result: told(plan, output?.path ?? session.savedTo, flags, acceptsNewValues) };
}

type Choice = "apply" | "save" | "both" | "neither" | "back";

function askEnd({ plan }: Session, prompter: Prompter, flags: FinishFlags): Promise<Choice> {
  const needsExec = [
    ...plan.targets.map(({ ref }) => ref),
    ...Object.values(plan.providerUpserts ?? {}),
  ].some(({ source }) => source === "exec");
  const hint = needsExec && flags["allow-exec"] !== true ? "will be refused without --allow-exec" : undefined;
  return prompter.select<Choice>("What now?", [
    { value: "apply", label: "Apply it now", hint },
    { value: "save", label: "Save the plan" },
    { value: "both", label: "Save the plan, then apply it now", hint },
    { value: "neither", label: "Neither: forget it" },
    { value: "back", label: "Go back and change it" },
  ]);
}

/** Saves the plan where `--plan-out` says, else where the operator does. */
async function save(plan: SecretsPlan, session: Session, prompter: Prompter): Promise<OutputFile> {
  const { cwd } = session.surroundings;
  const output =
    session.options.output ??
    planOutput(
      resolve(
        cwd,
        await prompter.text("File for the plan", {
          initial: "durar-plan.json",
          check: (answer) => problemOf(resolve(cwd, answer)),
        }),
      ),
      "plan-out",
    );
  writePlan(output, plan);
  prompter.note(`saved: ${printable(output.path)}`, "good");
  return output;
}

function problemOf(path: string): string | undefined {
  try {
    checkOutput(planOutput(path, "plan-out"));
    return undefined;
  } catch (error) {
    if (!isDurarError(error)) throw error;
    return error.message;
  }
}

/** The end without anything applied. */
function told(
  plan: SecretsPlan,
  out: string | undefined,
  flags: FinishFlags,
  acceptsNewValues: boolean,
): CommandResult {
  if (flags.json === true)
    return { exitCode: 0, stdout: jsonDocument({ ok: true, ...(out && { out }), plan }), stderr: "" };
  const what = `${counted(plan.targets.length, "field")} planned`;
  if (out === undefined) return { exitCode: 0, stdout: `${what}, nothing saved or changed\n`, stderr: "" };
  const accept = acceptsNewValues ? " --accept-new-values" : "";
  const next = `next: durar secrets apply --from ${printable(out)} --dry-run${accept}\n`;
  const stdout = `${what}: ${printable(out)}\n${flags.quiet === true ? "" : next}`;
  return { exitCode: 0, stdout, stderr: "" };
}
