import { resolve } from "node:path";
import { agentDirectories } from "@durar/durar-config";
import { isDurarError } from "@durar/secretref-schema";
import { carryOutPlan } from "./carry-out-plan.ts";
import { CommandError } from "../command-error.ts";
import { canBeAsked } from "../configure/can-be-asked.ts";
import { chooseCredentials } from "../configure/choose-credentials.ts";
import { finish, type End } from "../configure/finish.ts";
import { openWhole } from "../configure/open-whole.ts";
import type { Prompter } from "../configure/prompter.ts";
import { Session } from "../configure/session.ts";
import { setUpProviders } from "../configure/set-up-providers.ts";
import type { CommandResult, Surroundings } from "../console.ts";
import type {
  agentFlags,
  configureFlags,
  execFlags,
  GivenFlags,
  installationFlags,
  outputFlags,
} from "../command-line/flags.ts";
import type { Installation } from "../installation.ts";
import { checkOutput } from "../output-file.ts";
import { planOutput } from "./plan-file.ts";

/** The flags of `durar secrets configure`. */
export type SecretsConfigureFlags = GivenFlags<
  typeof configureFlags & typeof agentFlags & typeof execFlags & typeof outputFlags & typeof installationFlags
>;

/** `durar secrets configure`: providers, credentials, a check of each, a preflight; then applied, saved, or left. */
export async function secretsConfigureCommand(
  flags: SecretsConfigureFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  if (flags["providers-only"] === true && flags["skip-provider-setup"] === true)
    throw new CommandError(
      "USAGE",
      "--providers-only and --skip-provider-setup exclude each other",
      "decide for one of them",
    );
  const { cwd } = surroundings;
  const output =
    flags["plan-out"] === undefined ? undefined : planOutput(resolve(cwd, flags["plan-out"]), "plan-out");
  if (output !== undefined) checkOutput(output);
  refuseOtherTerminals(surroundings);
  const { clackPrompter } = await import("../configure/clack-prompter.ts");
  const prompter = clackPrompter(surroundings, flags["no-color"] !== true);
  const installation = await openWhole(flags, surroundings, prompter);
  refuseUnknownAgent(flags.agent, installation);
  const session = new Session(installation, surroundings, {
    allowExec: flags["allow-exec"] === true,
    agentId: flags.agent,
    output,
  });
  let end: End;
  try {
    end = await configure(session, prompter, flags);
  } catch (error) {
    const isInterruption = isDurarError(error) && error.code === "INTERRUPTED";
    throw isInterruption || surroundings.signal?.aborted === true ? interruption(session.savedTo) : error;
  }
  if (end.apply === undefined) return end.result;
  const accepted = end.acceptsNewValues ? { ...flags, "accept-new-values": true as const } : flags;
  return carryOutPlan(end.apply, "write", accepted, surroundings);
}

/** Goes through the steps, and again where the operator wants to change something. */
async function configure(session: Session, prompter: Prompter, flags: SecretsConfigureFlags): Promise<End> {
  const providersOnly = flags["providers-only"] === true;
  const next = providersOnly ? "Done with the providers" : "Go on to the credentials";
  for (;;) {
    if (flags["skip-provider-setup"] !== true)
      await setUpProviders(session, prompter, { yes: flags.yes === true, next });
    if (!providersOnly) await chooseCredentials(session, prompter);
    const end = await finish(session, prompter, flags);
    if (end !== undefined) return end;
  }
}

/** Questions need somebody who answers, and a screen that can be written anew. */
function refuseOtherTerminals(surroundings: Surroundings): void {
  if (canBeAsked(surroundings)) return;
  const problem =
    surroundings.isInteractive === true
      ? "this terminal (TERM=dumb) cannot show the questions"
      : "there is no terminal to ask questions on";
  throw new CommandError("USAGE", problem, "durar secrets plan does the same by flags");
}

function refuseUnknownAgent(agent: string | undefined, { layout, config }: Installation): void {
  if (agent === undefined) return;
  if (agentDirectories(layout, config).some(({ agentId }) => agentId === agent)) return;
  throw new CommandError("USAGE", "--agent names no agent of this installation", "see agents.list");
}

/** Ctrl-C loses nothing that was saved, and says where it is. */
function interruption(savedTo: string | undefined): CommandError {
  return savedTo === undefined
    ? new CommandError(
        "INTERRUPTED",
        "interrupted: nothing was saved or changed",
        "run it again; --plan-out FILE keeps what is decided",
      )
    : new CommandError(
        "INTERRUPTED",
        `interrupted: nothing was changed, and what was decided is in ${savedTo}`,
        `see durar secrets apply --from ${savedTo} --dry-run`,
      );
}
