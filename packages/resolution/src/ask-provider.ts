import {
  isDurarError,
  isSecret,
  SECRET_ERRORS,
  SecretRefError,
  type Environment,
  type SecretAnswer,
  type SecretErrorCode,
} from "@durar/secretref-schema";
import type { ProviderGroup } from "./provider-groups.ts";
import { untilAborted } from "./until-aborted.ts";

interface AskOptions {
  readonly environment?: Environment | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Asks a provider for one batch of ids. Answers every id, whatever the provider does. */
export async function askProvider(
  group: ProviderGroup,
  ids: readonly string[],
  { environment, signal }: AskOptions,
): Promise<ReadonlyMap<string, SecretAnswer>> {
  const { alias, provider, config } = group;
  try {
    const answers = await untilAborted(signal, () =>
      provider.resolve({ provider: alias, config, ids, environment, signal }),
    );
    return new Map(ids.map((id) => [id, checkedAnswer(group, answers.get(id))]));
  } catch (error) {
    const failure: SecretAnswer = { ok: false, error: failureOf(group, error, signal) };
    return new Map(ids.map((id) => [id, failure]));
  }
}

/** Lets a provider check what can be known without resolving anything. */
export async function checkProvider(
  group: ProviderGroup,
  { environment, signal }: AskOptions,
): Promise<SecretRefError | undefined> {
  const { alias, provider, config } = group;
  try {
    const found = await untilAborted(signal, () =>
      provider.check({ provider: alias, config, environment, signal }),
    );
    return found === undefined
      ? undefined
      : (ownError(found) ?? brokenContract(group, "gave no valid answer to a check"));
  } catch (error) {
    return failureOf(group, error, signal);
  }
}

/** An answer as the contract has it. What a provider made by others answers instead is not trusted, and not shown. */
function checkedAnswer(group: ProviderGroup, answer: SecretAnswer | undefined): SecretAnswer {
  if (answer === undefined) return { ok: false, error: notAnswered(group) };
  if (answer.ok && isSecret(answer.value)) return answer;
  const error = answer.ok ? undefined : ownError(answer.error);
  return { ok: false, error: error ?? brokenContract(group, "gave no valid answer for this id") };
}

function failureOf(group: ProviderGroup, error: unknown, signal: AbortSignal | undefined): SecretRefError {
  if (signal?.aborted === true) return aborted(group);
  return ownError(error) ?? brokenContract(group, "threw instead of answering");
}

/** An error of ours, made by this or by another copy of the schema package; `undefined` for any other. */
function ownError(error: unknown): SecretRefError | undefined {
  if (!isDurarError(error) || !Object.hasOwn(SECRET_ERRORS, error.code)) return undefined;
  const { message, hint, reported, cause } = error;
  return new SecretRefError(error.code as SecretErrorCode, {
    ...{ message, hint, reported },
    ...(cause instanceof Error ? { cause } : {}),
  });
}

function notAnswered({ alias, provider }: ProviderGroup): SecretRefError {
  return new SecretRefError("SECRET_NOT_FOUND", {
    source: provider.source,
    provider: alias,
    message: `provider "${alias}" did not answer this id`,
  });
}

function aborted({ alias, provider }: ProviderGroup): SecretRefError {
  return new SecretRefError("SECRET_ABORTED", {
    source: provider.source,
    provider: alias,
    message: "resolution was aborted by its caller",
  });
}

function brokenContract({ alias, provider }: ProviderGroup, what: string): SecretRefError {
  return new SecretRefError("SECRET_PROTOCOL_INVALID", {
    source: provider.source,
    provider: alias,
    message: `provider "${alias}" ${what}`,
    hint: `report this to the author of the ${provider.source} provider this program uses`,
  });
}
