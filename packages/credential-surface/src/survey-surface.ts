import {
  DEFAULT_ALIASES,
  type Environment,
  type ParsedSecretInput,
  type SecretDefaults,
} from "@durar/secretref-schema";
import { decideGroup } from "./decide-group.ts";
import { findPlaces } from "./find-places.ts";
import type { Path } from "./path.ts";
import { refsElsewhere } from "./refs-elsewhere.ts";
import { ignoredRef, overriddenField } from "./surface-warnings.ts";
import type {
  Activity,
  Place,
  PolicyViolation,
  Surface,
  SurfaceContext,
  SurfaceEntry,
  SurfaceIssue,
  SurfaceStore,
  SurfaceWarning,
  SurveyedGroup,
} from "./types.ts";

/** What a surface finds in a set of documents, before anything is resolved. */
export interface SurfaceSurvey {
  readonly entries: readonly SurfaceEntry[];
  readonly groups: readonly SurveyedGroup[];
  /** What makes the configuration invalid. */
  readonly issues: readonly SurfaceIssue[];
  readonly violations: readonly PolicyViolation[];
  /** All but those about the candidates of a group that takes the first: `settleGroup` knows them. */
  readonly warnings: readonly SurfaceWarning[];
}

export interface SurveyOptions {
  /** The documents; one of kind `config`. */
  readonly stores: readonly SurfaceStore[];
  /** @default empty */
  readonly environment?: Environment | undefined;
  /** `secrets.defaults`. @default `default` for each source */
  readonly defaults?: SecretDefaults | undefined;
}

/** Finds every place of the surface and decides which are in use. Does no I/O and resolves nothing. */
export function surveySurface(surface: Surface, options: SurveyOptions): SurfaceSurvey {
  const { stores, environment = {}, defaults = DEFAULT_ALIASES } = options;
  const found = stores.map((store) => findPlaces(surface, store, defaults));
  const places = found.flatMap((store) => store.places);
  const byTarget = groupBy(places, ({ target }) => target.id);
  const context: SurfaceContext = Object.freeze({
    config: stores.find(({ kind }) => kind === "config")?.value,
    stores,
    environment,
    defaults,
    placesOf: (id: string) => byTarget.get(id) ?? [],
  });

  const groups = surface.groups.map((group) => ({ group, ranking: group.rank(context) }));
  const decided = new Map(
    groups.flatMap((group) => decideGroup(group, context)).map((entry) => [entry.place, entry]),
  );
  const entries = places.map(
    (place) => decided.get(place) ?? { place, activity: activityOf(place, context), optional: false },
  );
  const undecided = new Set(
    groups
      .flatMap(({ ranking: { mode, candidates } }) => (mode === "first" ? candidates : []))
      .map(({ place }) => place),
  );
  const violations = surface.policies.flatMap((policy) => policy(context));

  const forbidden = groupBy(violations, ({ store }) => store);
  const elsewhere = stores.map((store, index) =>
    refsElsewhere(surface, store, [
      ...(found[index]?.places ?? []).flatMap(({ path, inputPath }) => [path, inputPath]),
      ...(forbidden.get(store) ?? []).map(({ path }) => path),
    ]),
  );
  return Object.freeze({
    entries,
    groups,
    issues: [
      ...found.flatMap((store) => store.issues),
      ...places.flatMap(malformedRefs),
      ...elsewhere.flatMap((store) => store.issues),
    ],
    violations,
    warnings: [
      ...places.flatMap(overriddenField),
      ...entries.filter(({ place }) => !undecided.has(place)).flatMap(ignoredRef),
      ...elsewhere.flatMap((store) => store.warnings),
      ...groups.flatMap(({ ranking }) => ranking.warnings ?? []),
    ],
  });
}

function activityOf(place: Place, context: SurfaceContext): Activity {
  const owner = place.store.activity;
  return owner?.active === false ? owner : place.target.active(place, context);
}

/** A ref that breaks the grammar, in the field that is in force or in the one it overrides. */
function malformedRefs(place: Place): SurfaceIssue[] {
  const { store, path, inputPath, input, overridden } = place;
  const issue = (at: Path, field: ParsedSecretInput | undefined): SurfaceIssue[] =>
    field?.kind === "malformed" ? [{ kind: "malformed-ref", store, path: at, rule: field.rule, place }] : [];
  return [...issue(inputPath, input), ...issue(path, overridden)];
}

function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
