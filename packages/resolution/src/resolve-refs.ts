import {
  findProvider,
  formatRef,
  isDurarError,
  refKey,
  SECRET_ERRORS,
  SecretRefError,
  type Environment,
  type ProviderConfig,
  type SecretAnswer,
  type SecretProvider,
  type SecretRef,
  type SecretsConfig,
  type SecretSource,
} from "@durar/secretref-schema";
import { checkValue, type ValueShape } from "./check-value.ts";
import { runLimited } from "./run-limited.ts";
import { splitBatches } from "./split-batches.ts";
import { untilAborted } from "./until-aborted.ts";

export type { ValueShape };

/** One place that needs one ref. */
export interface SecretDemand {
  readonly ref: SecretRef;
  /** The config path that needs it, in text form; failures name it. */
  readonly path: string;
  /** @default string */
  readonly shape?: ValueShape | undefined;
}

export interface ResolveOptions {
  readonly secrets: SecretsConfig;
  /** One provider for each source that may be resolved; a source without one fails as not installed. */
  readonly providers: readonly SecretProvider[];
  /** @default `process.env`, read by each provider at the call */
  readonly environment?: Environment | undefined;
  /** Sources whose providers are checked (configuration, trust of paths) but not run. @default none */
  readonly checkOnly?: readonly SecretSource[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a set of demands came to. */
export interface Resolution {
  /** The answer for a demand; `undefined` where its source was only checked and the check found nothing. */
  readonly answer: (demand: SecretDemand) => SecretAnswer | undefined;
  /** Every failure, one for each ref and shape, naming all the paths that need it. */
  readonly failures: readonly SecretRefError[];
  /** How many distinct refs were asked for. */
  readonly refsChecked: number;
  /** Distinct refs that were not resolved because their source was only checked. */
  readonly skippedRefs: readonly SecretRef[];
}

interface ProviderGroup {
  readonly alias: string;
  readonly provider: SecretProvider;
  readonly config: ProviderConfig;
  readonly ids: string[];
}

type Answers = Map<string, SecretAnswer>;

/**
 * Resolves every distinct ref once: grouped by provider, providers side by side within the limits of
 * `secrets.resolution`, the batches of one provider one after another. Nothing is retried, nothing falls back.
 * Never rejects for a ref's sake: all failures are in the result. After an abort, what is not yet answered fails
 * with `SECRET_ABORTED`.
 */
export async function resolveRefs(
  demands: readonly SecretDemand[],
  options: ResolveOptions,
): Promise<Resolution> {
  const { secrets, checkOnly = [] } = options;
  const refs = new Map(demands.map(({ ref }) => [refKey(ref), ref]));
  const answers: Answers = new Map();
  const skipped = new Set<string>();
  const groups = groupByProvider(refs.values(), options, answers);

  const runs = groups.map((group) => async () => {
    if (checkOnly.includes(group.provider.source)) {
      const error = await checked(group, options);
      for (const id of group.ids)
        if (error === undefined) skipped.add(keyOf(group, id));
        else answers.set(keyOf(group, id), { ok: false, error });
      return;
    }
    const { batches, oversized } = splitBatches(
      group.provider,
      group.alias,
      group.ids,
      secrets.resolution.maxBatchBytes,
    );
    for (const [id, error] of oversized) answers.set(keyOf(group, id), { ok: false, error });
    for (const ids of batches) {
      const answered = await resolved(group, ids, options);
      for (const id of ids)
        answers.set(keyOf(group, id), answered.get(id) ?? { ok: false, error: notAnswered(group) });
    }
  });
  await runLimited(runs, secrets.resolution.maxProviderConcurrency);

  const answer = ({ ref, shape = "string" }: SecretDemand): SecretAnswer | undefined => {
    const found = answers.get(refKey(ref));
    return found === undefined ? undefined : checkValue(ref, found, shape);
  };
  return Object.freeze({
    answer,
    failures: collectFailures(demands, answer),
    refsChecked: refs.size,
    skippedRefs: [...skipped].map((key) => refs.get(key)).filter((ref) => ref !== undefined),
  });
}

/** Sorts refs by the provider that resolves them; a ref no provider can resolve is answered at once. */
function groupByProvider(
  refs: Iterable<SecretRef>,
  options: ResolveOptions,
  answers: Answers,
): ProviderGroup[] {
  const { secrets, providers } = options;
  const groups = new Map<string, ProviderGroup>();
  for (const ref of refs) {
    const fail = (error: SecretRefError): Answers => answers.set(refKey(ref), { ok: false, error });
    const found = findProvider(secrets, ref);
    const provider = providers.find(({ source }) => source === ref.source);
    const group = groups.get(ref.provider);
    if (!found.ok) fail(found.error);
    else if (provider === undefined) fail(notInstalled(ref));
    else if (group !== undefined) group.ids.push(ref.id);
    else groups.set(ref.provider, { alias: ref.provider, provider, config: found.config, ids: [ref.id] });
  }
  const { maxRefsPerProvider } = secrets.resolution;
  return [...groups.values()].filter((group) => {
    if (group.ids.length <= maxRefsPerProvider) return true;
    const error = tooMany(group, maxRefsPerProvider);
    for (const id of group.ids) answers.set(keyOf(group, id), { ok: false, error });
    return false;
  });
}

function keyOf({ alias, provider }: ProviderGroup, id: string): string {
  return refKey({ source: provider.source, provider: alias, id });
}

async function resolved(
  group: ProviderGroup,
  ids: readonly string[],
  { environment, signal }: ResolveOptions,
): Promise<ReadonlyMap<string, SecretAnswer>> {
  const { alias, provider, config } = group;
  const failed = (error: SecretRefError): Answers => new Map(ids.map((id) => [id, { ok: false, error }]));
  try {
    return await untilAborted(signal, () =>
      provider.resolve({ provider: alias, config, ids, environment, signal }),
    );
  } catch (error) {
    return failed(signal?.aborted === true ? aborted(group) : thrown(group, error));
  }
}

async function checked(group: ProviderGroup, options: ResolveOptions): Promise<SecretRefError | undefined> {
  const { environment, signal } = options;
  const { alias, provider, config } = group;
  try {
    return await untilAborted(signal, () => provider.check({ provider: alias, config, environment, signal }));
  } catch (error) {
    return signal?.aborted === true ? aborted(group) : thrown(group, error);
  }
}

function collectFailures(
  demands: readonly SecretDemand[],
  answer: (demand: SecretDemand) => SecretAnswer | undefined,
): SecretRefError[] {
  const failures = new Map<
    string,
    { readonly error: SecretRefError; readonly ref: SecretRef; readonly paths: Set<string> }
  >();
  for (const demand of demands) {
    const found = answer(demand);
    if (found === undefined || found.ok) continue;
    const key = `${found.error.code} ${refKey(demand.ref)}`;
    const failure = failures.get(key) ?? { error: found.error, ref: demand.ref, paths: new Set() };
    failures.set(key, failure);
    failure.paths.add(demand.path);
  }
  return [...failures.values()].map(({ error, ref, paths }) => error.with({ ...ref, paths: [...paths] }));
}

function notInstalled(ref: SecretRef): SecretRefError {
  return new SecretRefError("SECRET_PROVIDER_NOT_INSTALLED", {
    ...ref,
    message: `${formatRef(ref)}: this program was built without ${ref.source} providers`,
  });
}

function notAnswered({ alias, provider }: ProviderGroup): SecretRefError {
  return new SecretRefError("SECRET_NOT_FOUND", {
    source: provider.source,
    provider: alias,
    message: `provider "${alias}" did not answer this id`,
  });
}

function tooMany({ alias, provider, ids }: ProviderGroup, limit: number): SecretRefError {
  return new SecretRefError("SECRET_LIMIT_EXCEEDED", {
    source: provider.source,
    provider: alias,
    message: `provider "${alias}" is asked for ${ids.length} refs; secrets.resolution.maxRefsPerProvider is ${limit}`,
    hint: "raise secrets.resolution.maxRefsPerProvider, or spread the refs over several providers",
  });
}

function aborted({ alias, provider }: ProviderGroup): SecretRefError {
  return new SecretRefError("SECRET_ABORTED", {
    source: provider.source,
    provider: alias,
    message: "resolution was aborted by its caller",
  });
}

/** A provider answers its failures; one that throws something else breaks its contract, and its text is not shown. */
function thrown({ alias, provider }: ProviderGroup, error: unknown): SecretRefError {
  if (isDurarError(error) && Object.hasOwn(SECRET_ERRORS, error.code)) return error as SecretRefError;
  return new SecretRefError("SECRET_PROTOCOL_INVALID", {
    source: provider.source,
    provider: alias,
    message: `provider "${alias}" threw instead of answering`,
    hint: `report this to the author of the ${provider.source} provider this program uses`,
  });
}
