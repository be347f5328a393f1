import {
  holdsRef,
  isRecord,
  surveySurface,
  type Place,
  type SettledGroup,
  type SurfaceEntry,
  type SurfaceStore,
} from "@durar/credential-surface";
import { resolveRefs, type Resolution } from "@durar/resolution";
import { readSecretsConfig, type SecretRefError } from "@durar/secretref-schema";
import { describePlace } from "./describe-place.ts";
import { resolvePlaces } from "./resolve-places.ts";
import { settleWithSkips } from "./settle-with-skips.ts";
import type { Outcome, Preparation, PreparedEntry, PrepareOptions } from "./types.ts";

/**
 * Finds every credential of a set of documents, decides which are in use, and resolves all of those in one pass.
 * Changes nothing; never rejects for a ref's sake: everything that is wrong is in the result.
 */
export async function prepare(options: PrepareOptions): Promise<Preparation> {
  const {
    surface,
    stores,
    providers,
    environment,
    checkOnly,
    includeInactive = false,
    only,
    signal,
  } = options;
  const config = stores.find(({ kind }) => kind === "config")?.value;
  const { config: secrets, issues: secretsIssues } = readSecretsConfig(
    isRecord(config) ? config["secrets"] : undefined,
  );
  const survey = surveySurface(surface, { stores, environment, defaults: secrets.defaults });
  const isWanted = typeof includeInactive === "function" ? includeInactive : (): boolean => includeInactive;
  const leftOut = new Map(
    survey.entries
      .filter(({ place }) => holdsRef(place.input) && only?.(place) === false)
      .map(({ place, activity }): [Place, Outcome] => [
        place,
        { kind: activity.active ? "skipped" : "none" },
      ]),
  );
  const asked = survey.entries.filter(({ place }) => !leftOut.has(place));
  const { inUse, others, ...resolved } = await resolvePlaces(asked, isWanted, (demands) =>
    resolveRefs(demands, { secrets, providers, environment, checkOnly, signal }),
  );
  const outcomeOf = (place: Place): Outcome => leftOut.get(place) ?? resolved.outcomeOf(place);

  const groups = survey.groups.map((group) => settleWithSkips(group, (place) => outcomeOf(place).kind));
  const entries = settledEntries(survey.entries, groups).map(({ place, activity, optional }) => ({
    place,
    activity,
    optional,
    outcome: outcomeOf(place),
  }));
  const failures = blockingFailures(entries, groups, inUse);
  const faults = [...survey.issues, ...survey.violations].filter(({ store }) => isOwnerOn(store));
  const missing = [...leftOut.values()].filter(({ kind }) => kind === "skipped");
  const broken = [failures, secretsIssues, faults, inUse.skippedRefs, missing];
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
    refsChecked: inUse.refsChecked + others.refsChecked,
    skippedRefs: [...inUse.skippedRefs, ...others.skippedRefs],
  });
}

/** The survey's entries, corrected by what the groups came to. */
function settledEntries(
  entries: readonly SurfaceEntry[],
  groups: readonly SettledGroup[],
): readonly SurfaceEntry[] {
  const settled = new Map(groups.flatMap((group) => [...group.entries]));
  return entries.map((entry) => settled.get(entry.place) ?? entry);
}

/** Failures that keep a snapshot from being published, reduced to the paths for which they do. */
function blockingFailures(
  entries: readonly PreparedEntry[],
  groups: readonly SettledGroup[],
  { failures }: Resolution,
): SecretRefError[] {
  if (failures.length === 0) return [];
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

function isOwnerOn({ activity }: SurfaceStore): boolean {
  return activity?.active !== false;
}
