import {
  refKey,
  type Environment,
  type SecretAnswer,
  type SecretProvider,
  type SecretRef,
  type SecretRefError,
  type SecretsConfig,
  type SecretSource,
} from "@durar/secretref-schema";
import { askProvider, checkProvider } from "./ask-provider.ts";
import { checkValue, type ValueShape } from "./check-value.ts";
import { groupByProvider, keyOf } from "./provider-groups.ts";
import { runLimited } from "./run-limited.ts";
import { splitBatches } from "./split-batches.ts";

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
  /** Every failure, one for each ref and code, naming all the paths that need it. */
  readonly failures: readonly SecretRefError[];
  /** How many distinct refs were asked for. */
  readonly refsChecked: number;
  /** Distinct refs that were not resolved because their source was only checked. */
  readonly skippedRefs: readonly SecretRef[];
}

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
  const { secrets, providers, checkOnly = [] } = options;
  const { maxBatchBytes, maxProviderConcurrency } = secrets.resolution;
  const refs = new Map(demands.map(({ ref }) => [refKey(ref), ref]));
  const { groups, answers } = groupByProvider(refs.values(), secrets, providers);
  const skipped = new Set<string>();

  const runs = groups.map((group) => async () => {
    const { batches, oversized } = splitBatches(group, maxBatchBytes);
    for (const [id, error] of oversized) answers.set(keyOf(group, id), { ok: false, error });
    if (checkOnly.includes(group.provider.source)) {
      const error = await checkProvider(group, options);
      for (const id of batches.flat())
        if (error === undefined) skipped.add(keyOf(group, id));
        else answers.set(keyOf(group, id), { ok: false, error });
      return;
    }
    for (const ids of batches)
      for (const [id, answer] of await askProvider(group, ids, options))
        answers.set(keyOf(group, id), answer);
  });
  await runLimited(runs, maxProviderConcurrency);

  const answer = ({ ref, shape = "string" }: SecretDemand): SecretAnswer | undefined => {
    const found = answers.get(refKey(ref));
    return found === undefined ? undefined : checkValue(ref, found, shape);
  };
  return Object.freeze({
    answer,
    failures: collectFailures(demands, answer),
    refsChecked: refs.size,
    skippedRefs: [...refs].flatMap(([key, ref]) => (skipped.has(key) ? [ref] : [])),
  });
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
