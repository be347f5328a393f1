import type { Prompter } from "../configure/prompter.ts";
import { keyFields, keyPath, type KeyAnswer, type Keeping } from "./answers.ts";
import { askKeeping } from "./ask-keeping.ts";
import { brokenProviderRule } from "./credential-rules.ts";
import type { GivenAnswers } from "./given-answers.ts";
import type { Onboarding } from "./onboarding.ts";

/** Asks for the key of one model provider, but for what flags have answered, until the answer holds. */
export async function askKey(
  given: Pick<GivenAnswers, "provider" | "skipsProvider" | "keyKeeping">,
  onboarding: Onboarding,
  prompter: Prompter,
  yes: boolean,
): Promise<KeyAnswer> {
  if (given.skipsProvider) return { kind: "none" };
  let { provider: name, keyKeeping } = given;
  for (;;) {
    const provider = name ?? (await askProvider(onboarding, prompter));
    if (provider === "") return { kind: "none" };
    const question = {
      ...{ path: keyPath(provider), noun: `key of ${provider}`, canBeMade: false, given: keyKeeping },
      decide: (keeping: Keeping) => ({ fields: keyFields({ kind: "set", provider, keeping }), keep: [] }),
    };
    const keeping = await askKeeping(question, onboarding, prompter, yes);
    if (keeping !== undefined) return { kind: "set", provider, keeping };
    [name, keyKeeping] = [undefined, undefined];
  }
}

function askProvider({ session }: Onboarding, prompter: Prompter): Promise<string> {
  return prompter.text("Model provider whose key is set (empty: none)", {
    example: "openai",
    check: (answer) => (answer === "" ? undefined : brokenProviderRule(answer, session)),
  });
}
