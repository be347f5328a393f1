import { formatPath } from "@durar/credential-surface";
import { formatRef, printable } from "@durar/secretref-schema";
import type { Prompter } from "../configure/prompter.ts";
import { authPath, type AuthAnswer, type AuthMode } from "./answers.ts";
import { askKeeping } from "./ask-keeping.ts";
import { checkDecision } from "./check-decision.ts";
import type { GivenAnswers } from "./given-answers.ts";
import type { Onboarding } from "./onboarding.ts";

/** Asks for the authentication of the gateway, but for what flags have answered, until the answer holds. */
export async function askAuth(
  given: Pick<GivenAnswers, "auth" | "authKeeping">,
  onboarding: Onboarding,
  prompter: Prompter,
  yes: boolean,
): Promise<AuthAnswer> {
  let { auth, authKeeping } = given;
  for (;;) {
    const choice = auth ?? (await askMode(onboarding, prompter));
    const answer =
      choice === "keep" ? keep : await askCredential(choice, authKeeping, onboarding, prompter, yes);
    [auth, authKeeping] = [undefined, undefined];
    if (answer === undefined) continue;
    if (answer.kind === "set") return answer;
    const decision = onboarding.decideAuth(answer);
    if (!(await checkDecision(decision, onboarding, prompter))) continue;
    if (decision.keep.length > 0) prompter.note(`${describePresent(onboarding)} resolves`, "good");
    return answer;
  }
}

const keep: AuthAnswer = { kind: "keep" };

function askMode(onboarding: Onboarding, prompter: Prompter): Promise<AuthMode | "keep"> {
  const { presentAuth } = onboarding;
  const label =
    presentAuth === undefined ? "Nothing, for now" : `What it has now: ${describePresent(onboarding)}`;
  return prompter.select<AuthMode | "keep">(
    "Gateway: what clients over TCP authenticate with",
    [
      { value: "token", label: "A token" },
      { value: "password", label: "A password" },
      { value: "keep", label },
    ],
    presentAuth === undefined ? "token" : "keep",
  );
}

/** What is configured, in a few words that tell no secret. */
function describePresent({ presentAuth }: Onboarding): string {
  if (presentAuth === undefined) return "";
  const { path, state, ref } = presentAuth;
  return `${formatPath(path)}, ${ref === undefined ? state : printable(formatRef(ref))}`;
}

async function askCredential(
  mode: AuthMode,
  given: GivenAnswers["authKeeping"],
  onboarding: Onboarding,
  prompter: Prompter,
  yes: boolean,
): Promise<AuthAnswer | undefined> {
  const question = {
    ...{ path: authPath(mode), noun: mode, canBeMade: mode === "token", given },
    decide: (keeping: NonNullable<typeof given>) => onboarding.decideAuth({ kind: "set", mode, keeping }),
  };
  const keeping = await askKeeping(question, onboarding, prompter, yes);
  return keeping && { kind: "set", mode, keeping };
}
