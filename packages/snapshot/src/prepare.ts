import {
  holdsRef,
  isRecord,
  settleGroup,
  surveySurface,
  type Place,
  type PolicyViolation,
  type SettledGroup,
  type Surface,
  type SurfaceEntry,
  type SurfaceIssue,
  type SurfaceStore,
  type SurfaceSurvey,
  type SurfaceWarning,
} from "@durar/credential-surface";
import { resolveRefs, type Resolution, type SecretDemand } from "@durar/resolution";
import type {
  SecretRefError} from "@durar/secretref-schema";
import {
  readSecretsConfig,
  Secret,
  type Environment,
  type SchemaIssue,
  type SecretProvider,
  type SecretRef,
  type SecretsConfig,
  type SecretSource,
} from "@durar/secretref-schema";
import { describePlace } from "./describe-place.ts";

export interface PrepareOptions {
  readonly surface: Surface;
  /** The documents; one of kind `config`, whose `secrets` block configures the providers. */
  readonly stores: readonly SurfaceStore[];
  /** One for each source that may be resolved. */
  readonly providers: readonly SecretProvider[];
  /** The merged environment. @default `process.env`, read by each provider at the call; empty for activation rules */
  readonly environment?: Environment | undefined;
  /** Sources whose providers are checked but not run. @default none */
  readonly checkOnly?: readonly SecretSource[] | undefined;
  /** Whether refs that are not in use are resolved too; their failures block nothing. @default false */
  readonly includeInactive?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What one place came to. */
export type Outcome =
  /** It holds nothing, or its ref is not in use and was not asked for. */
  | { readonly kind: "none" }
  | { readonly kind: "plaintext"; readonly value: Secret }
  | { readonly kind: "resolved"; readonly value: Secret }
  /** One error for each ref that failed: a template may need several. */
  | { readonly kind: "failed"; readonly errors: readonly SecretRefError[] }
  /** Its source was only checked. */
  | { readonly kind: "skipped" }
  /** It holds no valid ref; the issues say which rule it breaks. */
  | { readonly kind: "malformed" };

export interface PreparedEntry extends SurfaceEntry {
  readonly outcome: Outcome;
}

/** Everything that is known about a set of documents once their refs are resolved. */
export interface Preparation {
  /** Whether a snapshot could be published: nothing is wrong, and nothing was skipped. */
  readonly ok: boolean;
  readonly secrets: SecretsConfig;
  readonly entries: readonly PreparedEntry[];
  readonly groups: readonly SettledGroup[];
  /** Every failure of a ref that is in use, one for each ref, naming all the paths that need it. */
  readonly failures: readonly SecretRefError[];
  /** What is wrong in the `secrets` block; paths start below it. */
  readonly secretsIssues: readonly SchemaIssue[];
  readonly surfaceIssues: readonly SurfaceIssue[];
  readonly violations: readonly PolicyViolation[];
  readonly warnings: readonly SurfaceWarning[];
  /** Distinct refs that were asked for. */
  readonly refsChecked: number;
  /** Distinct refs that were not resolved because their source was only checked. */
  readonly skippedRefs: readonly SecretRef[];
}

/**
 * Finds every credential of a set of documents, decides which are in use, and resolves all of those in one pass.
 * Changes nothing; never rejects for a ref's sake: everything that is wrong is in the result.
 */
export async function prepare(options: PrepareOptions): Promise<Preparation> {
  const { surface, stores, providers, environment, checkOnly, includeInactive = false, signal } = options;
  const config = stores.find(({ kind }) => kind === "config")?.value;
  const { config: secrets, issues: secretsIssues } = readSecretsConfig(
    isRecord(config) ? config["secrets"] : undefined,
  );
  const survey = surveySurface(surface, { stores, environment, defaults: secrets.defaults });

  const wanted = survey.entries.filter(
    ({ place, activity }) => holdsRef(place.input) && (activity.active || includeInactive),
  );
  const demands = wanted.flatMap(({ place }) => demandsOf(place));
  const resolution = await resolveRefs(demands, { secrets, providers, environment, checkOnly, signal });

  const outcomes = new Map(survey.entries.map(({ place }) => [place, literalOutcome(place)]));
  for (const { place } of wanted) outcomes.set(place, resolvedOutcome(place, resolution));
  const outcomeOf = (place: Place): Outcome => outcomes.get(place) ?? { kind: "none" };

  const groups = survey.groups.map((group) =>
    settleGroup(group, (place) => outcomeOf(place).kind === "resolved"),
  );
  const entries = settledEntries(survey, groups).map((entry) => ({
    ...entry,
    outcome: outcomeOf(entry.place),
  }));
  const failures = blockingFailures(entries, groups, resolution);
  const broken = [failures, secretsIssues, survey.issues, survey.violations, resolution.skippedRefs];
  return Object.freeze({
    ok: broken.every((list) => list.length === 0),
    secrets,
    entries,
    groups,
    failures,
    secretsIssues,
    surfaceIssues: survey.issues,
    violations: survey.violations,
    warnings: [...survey.warnings, ...groups.flatMap(({ warnings }) => warnings)],
    refsChecked: resolution.refsChecked,
    skippedRefs: resolution.skippedRefs,
  });
}

function demandsOf({ input, inputPath, store, target }: Place): SecretDemand[] {
  const path = describePlace(store, inputPath);
  if (input.kind === "ref") return [{ ref: input.ref, path, shape: target.expected }];
  return input.kind === "template" ? input.refs.map((ref) => ({ ref, path })) : [];
}

/** What a place came to without resolving anything. */
function literalOutcome({ input }: Place): Outcome {
  if (input.kind === "plaintext") return { kind: "plaintext", value: new Secret(input.value) };
  return input.kind === "malformed" ? { kind: "malformed" } : { kind: "none" };
}

function resolvedOutcome(place: Place, resolution: Resolution): Outcome {
  const answers = demandsOf(place).map(resolution.answer);
  const errors = answers.flatMap((answer) => (answer?.ok === false ? [answer.error] : []));
  if (errors.length > 0) return { kind: "failed", errors };
  const values = answers.flatMap((answer) => (answer?.ok === true ? [answer.value] : []));
  const [first] = values;
  if (first === undefined || values.length < answers.length) return { kind: "skipped" };
  if (place.input.kind !== "template") return { kind: "resolved", value: first };
  const filled = values.values();
  const text = place.input.parts.map((part) =>
    "text" in part ? part.text : String(filled.next().value?.reveal()),
  );
  return { kind: "resolved", value: new Secret(text.join("")) };
}

/** The survey's entries, corrected by what the groups came to. */
function settledEntries(survey: SurfaceSurvey, groups: readonly SettledGroup[]): SurfaceEntry[] {
  return survey.entries.map((entry) => {
    const settled = groups.find((group) => group.entries.has(entry.place));
    return settled?.entries.get(entry.place) ?? entry;
  });
}

/** Failures that keep a snapshot from being published, reduced to the paths for which they do. */
function blockingFailures(
  entries: readonly PreparedEntry[],
  groups: readonly SettledGroup[],
  { failures }: Resolution,
): SecretRefError[] {
  const lost = new Set(groups.flatMap(({ failed }) => failed));
  const blocking = new Set(
    entries
      .filter(({ place, activity, optional }) => activity.active && (!optional || lost.has(place)))
      .map(({ place }) => describePlace(place.store, place.inputPath)),
  );
  return failures.flatMap((failure) => {
    const paths = failure.paths.filter((path) => blocking.has(path));
    if (paths.length === 0) return [];
    const { source, provider, id } = failure;
    return [failure.with({ source, provider, id, paths })];
  });
}
