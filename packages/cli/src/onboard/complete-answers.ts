import type { DurarError } from "@durar/secretref-schema";
import { formatPath } from "@durar/credential-surface";
import { misused, together } from "./answer-problems.ts";
import type { Answers, AuthAnswer, KeyAnswer } from "./answers.ts";
import type { GivenAnswers } from "./given-answers.ts";
import type { Onboarding } from "./onboarding.ts";

/**
 * The answers of somebody who cannot be asked: flags have to give all of them. A ref that the gateway has is kept where
 * none says otherwise.
 *
 * @throws CommandError `USAGE` naming the flags that are missing
 */
export function completeAnswers(given: GivenAnswers, onboarding: Onboarding, yes: boolean): Answers {
  const problems: DurarError[] = [];
  const auth = completeAuth(given, onboarding, problems);
  const key = completeKey(given, problems);
  if (auth === undefined || key === undefined) throw together(problems);
  const { fields } = onboarding.decide({ auth, key });
  const replaced = yes ? [] : fields.filter((field) => onboarding.replacesPlaintext(field));
  if (replaced.length > 0)
    throw together(
      replaced.map(({ path }) =>
        misused(
          `${formatPath(path)} holds another value, of which no copy is kept`,
          "give --yes to replace it",
        ),
      ),
    );
  return { auth, key };
}

function completeAuth(
  { auth, authKeeping: keeping }: GivenAnswers,
  { presentAuth }: Onboarding,
  problems: DurarError[],
): AuthAnswer | undefined {
  const isAnswered = auth !== undefined || keeping !== undefined;
  const hasRef = presentAuth?.state === "ref" || presentAuth?.state === "template";
  if (auth === "keep" || (!isAnswered && hasRef)) return { kind: "keep" };
  if (auth === undefined) problems.push(missing("what clients authenticate with", "--gateway-auth"));
  if (keeping === undefined) {
    const made = auth === "password" ? "" : " or --generate-token";
    problems.push(missing(`where the ${auth ?? "token"} is kept`, `--auth-ref, --auth-file${made}`));
  }
  return auth === undefined || keeping === undefined ? undefined : { kind: "set", mode: auth, keeping };
}

function completeKey(
  { provider, skipsProvider, keyKeeping: keeping }: GivenAnswers,
  problems: DurarError[],
): KeyAnswer | undefined {
  if (skipsProvider) return { kind: "none" };
  if (provider === undefined)
    problems.push(missing("whose key is set", "--model-provider or --skip-model-provider"));
  if (keeping === undefined && provider !== undefined)
    problems.push(missing("where the key is kept", "--key-ref or --key-file"));
  return provider === undefined || keeping === undefined ? undefined : { kind: "set", provider, keeping };
}

function missing(what: string, flags: string): DurarError {
  return misused(`there is no terminal to ask ${what}`, `give ${flags}`);
}
