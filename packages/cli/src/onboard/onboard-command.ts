import { dirname } from "node:path";
import type { ApplyResult } from "@durar/apply";
import { isDurarError } from "@durar/secretref-schema";
import { CommandError } from "../command-error.ts";
import { canBeAsked } from "../configure/can-be-asked.ts";
import { consent } from "../configure/consent.ts";
import { openWhole } from "../configure/open-whole.ts";
import { preflight } from "../configure/preflight.ts";
import type { Prompter } from "../configure/prompter.ts";
import { jsonDocument, type CommandResult, type Surroundings } from "../console.ts";
import type { GivenFlags, installationFlags, onboardFlags, outputFlags } from "../command-line/flags.ts";
import type { Answers } from "./answers.ts";
import { askAuth } from "./ask-auth.ts";
import { askKey } from "./ask-key.ts";
import { completeAnswers } from "./complete-answers.ts";
import { NO_ANSWERS, readGivenAnswers, type AnswerFlags, type GivenAnswers } from "./given-answers.ts";
import { nextSteps } from "./next-steps.ts";
import { Onboarding, type Decision } from "./onboarding.ts";
import { withDirectories } from "./with-directories.ts";
import { readProviderFlags } from "../secrets/read-plan-flags.ts";
import { openRecovered } from "../changes/recover-interrupted.ts";
import { reloadGateway, type ReloadOutcome } from "../gateway/reload-gateway.ts";
import { tellApplied } from "../changes/tell-applied.ts";

/** The flags of `durar onboard`. */
export type OnboardFlags = AnswerFlags &
  GivenFlags<typeof onboardFlags & typeof outputFlags & typeof installationFlags>;

/**
 * `durar onboard`: the gateway's authentication and one model provider's key, asked for or given by flags: 0 saved, 2 a ref
 * does not resolve, 64 an answer is missing, 77 exec providers would have to run.
 */
export async function onboardCommand(
  flags: OnboardFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const decided = canBeAsked(surroundings)
    ? await decideByAsking(flags, surroundings)
    : await decideByFlags(flags, surroundings);
  return decided === undefined ? unsaved(flags) : save(decided, flags, surroundings);
}

/** What is to be saved, and what was finished before. */
interface Decided {
  readonly onboarding: Onboarding;
  readonly decision: Decision;
  readonly recovered?: string | undefined;
}

async function decideByFlags(flags: OnboardFlags, surroundings: Surroundings): Promise<Decided> {
  const { installation, recovered } = await openRecovered(flags, surroundings);
  const { upserts } = readProviderFlags(flags.provider);
  const allowExec = flags["allow-exec"] === true;
  const onboarding = new Onboarding(installation, surroundings, { allowExec, upserts });
  const given = await readGivenAnswers(flags, onboarding.session, surroundings);
  const answers = completeAnswers(given, onboarding, flags.yes === true);
  return { onboarding, decision: onboarding.decide(answers), recovered };
}

/** Answers nothing where the operator would not have it saved. */
async function decideByAsking(flags: OnboardFlags, surroundings: Surroundings): Promise<Decided | undefined> {
  const { clackPrompter } = await import("../configure/clack-prompter.ts");
  try {
    return await withPrompter(clackPrompter(surroundings, flags["no-color"] !== true), flags, surroundings);
  } catch (error) {
    const isInterruption = isDurarError(error) && error.code === "INTERRUPTED";
    if (!isInterruption && surroundings.signal?.aborted !== true) throw error;
    throw new CommandError("INTERRUPTED", "interrupted: nothing was saved", "run it again");
  }
}

async function withPrompter(
  prompter: Prompter,
  flags: OnboardFlags,
  surroundings: Surroundings,
): Promise<Decided | undefined> {
  const yes = flags.yes === true;
  let { upserts } = readProviderFlags(flags.provider);
  let allowExec = flags["allow-exec"] === true;
  let given: GivenAnswers | undefined;
  for (;;) {
    const installation = await openWhole(flags, surroundings, prompter);
    const onboarding = new Onboarding(installation, surroundings, { allowExec, upserts });
    given ??= await readGivenAnswers(flags, onboarding.session, surroundings);
    const decision = onboarding.decide(await ask(given, onboarding, prompter, yes));
    const dryRun = (): Promise<ApplyResult> => onboarding.carryOut(decision, "dry-run");
    const change = await preflight(dryRun, onboarding.session, prompter);
    if (change !== undefined) {
      const isMeant = !change.changed || (await consent("Save it now?", prompter, yes));
      return isMeant ? { onboarding, decision } : undefined;
    }
    // By now something may have been mended elsewhere, so everything is read again.
    ({ upserts } = onboarding.session.changes);
    ({ allowExec } = onboarding);
    given = NO_ANSWERS;
  }
}

async function ask(
  given: GivenAnswers,
  onboarding: Onboarding,
  prompter: Prompter,
  yes: boolean,
): Promise<Answers> {
  const auth = await askAuth(given, onboarding, prompter, yes);
  return { auth, key: await askKey(given, onboarding, prompter, yes) };
}

/** Saves what was decided; a gateway that runs is asked for only then, for by then its own credential is known to resolve. */
async function save(
  { onboarding, decision, recovered }: Decided,
  flags: OnboardFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { layout } = onboarding.session.installation;
  const directories = [layout.stateDirectory, dirname(layout.configFile)];
  const result = await withDirectories(directories, () => onboarding.carryOut(decision, "write"));
  const reload: ReloadOutcome =
    flags["no-reload"] === true ? { status: "skipped" } : await reloadGateway(layout, surroundings);
  return tellApplied({ result, reload, recovered, next: nextSteps(reload, flags) }, flags, surroundings);
}

function unsaved(flags: OnboardFlags): CommandResult {
  const stdout = flags.json === true ? jsonDocument({ ok: true, changed: false }) : "nothing was saved\n";
  return { exitCode: 0, stdout, stderr: "" };
}
