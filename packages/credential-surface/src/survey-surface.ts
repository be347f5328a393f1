import {
  DEFAULT_ALIASES,
  type Environment,
  type ParsedSecretInput,
  type SecretDefaults,
} from "@durar/secretref-schema";
import { off, on } from "./activation-rules.ts";
import { findPlaces } from "./find-places.ts";
import { findRefShapes } from "./find-ref-shapes.ts";
import { formatPath } from "./path.ts";
import { matchesPattern } from "./pattern.ts";
import type {
  Activity,
  FirstOfGroup,
  GroupCandidate,
  GroupRanking,
  Place,
  PolicyViolation,
  Surface,
  SurfaceContext,
  SurfaceIssue,
  SurfaceStore,
  SurfaceWarning,
} from "./types.ts";

/** A place and whether its credential is in use. */
export interface SurfaceEntry {
  readonly place: Place;
  readonly activity: Activity;
  /** Whether it may fail because another of its group can take its place. */
  readonly optional: boolean;
}

/** A group as it stands before anything is resolved. */
export interface SurveyedGroup {
  readonly group: FirstOfGroup;
  readonly ranking: GroupRanking;
}

/** What a surface finds in a set of documents, before anything is resolved. */
export interface SurfaceSurvey {
  readonly entries: readonly SurfaceEntry[];
  readonly groups: readonly SurveyedGroup[];
  /** What makes the configuration invalid. */
  readonly issues: readonly SurfaceIssue[];
  readonly violations: readonly PolicyViolation[];
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

/** Whether an input asks for something to be resolved. */
export function holdsRef(input: ParsedSecretInput): boolean {
  return input.kind === "ref" || input.kind === "template";
}

/** Finds every place of the surface and decides which are in use. Does no I/O and resolves nothing. */
export function surveySurface(surface: Surface, options: SurveyOptions): SurfaceSurvey {
  const { stores, environment = {}, defaults = DEFAULT_ALIASES } = options;
  const found = stores.map((store) => findPlaces(surface, store, defaults));
  const places = found.flatMap((store) => store.places);
  const byTarget = new Map<string, Place[]>();
  for (const place of places)
    byTarget.set(place.target.id, [...(byTarget.get(place.target.id) ?? []), place]);
  const context: SurfaceContext = Object.freeze({
    config: stores.find(({ kind }) => kind === "config")?.value,
    stores,
    environment,
    defaults,
    placesOf: (id: string) => byTarget.get(id) ?? [],
  });

  const elsewhere = stores.map((store, index) => refsElsewhere(surface, store, found[index]?.places ?? []));
  const groups = surface.groups.map((group) => ({ group, ranking: group.rank(context) }));
  const decided = new Map(groups.flatMap((surveyed) => decideGroup(surveyed, context)));
  const entries = places.map((place): SurfaceEntry => {
    const entry = decided.get(place);
    return entry ?? { place, activity: place.target.active(place, context), optional: false };
  });
  return Object.freeze({
    entries,
    groups,
    issues: [
      ...found.flatMap((store) => store.issues),
      ...places.flatMap(malformed),
      ...elsewhere.flatMap((store) => store.issues),
    ],
    violations: surface.policies.flatMap((policy) => policy(context)),
    warnings: [
      ...places.flatMap(overridden),
      ...entries.flatMap(inactiveRefs),
      ...elsewhere.flatMap((store) => store.warnings),
      ...groups.flatMap(({ ranking }) => ranking.warnings ?? []),
    ],
  });
}

/** Which places of a group are in use before anything is resolved. */
function decideGroup({ group, ranking }: SurveyedGroup, context: SurfaceContext): [Place, SurfaceEntry][] {
  const { mode, reason, candidates } = ranking;
  const firstAvailable = candidates.findIndex(({ available }) => available);
  const reach = firstAvailable < 0 ? candidates.length : firstAvailable + 1;
  const inUse = mode === "off" ? [] : candidates.slice(0, mode === "one" ? 1 : reach);
  const winner: GroupCandidate | undefined = mode === "first" ? candidates[firstAvailable] : candidates[0];
  return group.targets.flatMap(context.placesOf).map((place) => {
    const active = inUse.some((candidate) => candidate.place === place);
    const lost =
      mode === "off" || winner === undefined ? reason : `${winner.name} takes precedence (${reason})`;
    const optional = active && mode === "first" && holdsRef(place.input);
    return [place, { place, activity: active ? on(reason) : off(lost), optional }];
  });
}

function malformed(place: Place): SurfaceIssue[] {
  const { store, input, inputPath } = place;
  if (input.kind !== "malformed") return [];
  return [{ kind: "malformed-ref", store, path: inputPath, rule: input.rule, place }];
}

function overridden({ store, path, inputPath, overridden }: Place): SurfaceWarning[] {
  if (overridden?.kind !== "plaintext") return [];
  const message = `${formatPath(inputPath)} takes precedence over the plaintext at ${formatPath(path)}`;
  return [{ code: "SECRETS_REF_OVERRIDES_PLAINTEXT", message, store, path }];
}

function inactiveRefs({ place, activity }: SurfaceEntry): SurfaceWarning[] {
  if (activity.active || !holdsRef(place.input)) return [];
  const message = `the ref at ${formatPath(place.inputPath)} is ignored: ${activity.reason}`;
  return [
    { code: "SECRETS_REF_IGNORED_INACTIVE_SURFACE", message, store: place.store, path: place.inputPath },
  ];
}

/** What looks like a ref and lies at no place of the surface: an error where refs are ruled out, else a warning. */
function refsElsewhere(
  surface: Surface,
  store: SurfaceStore,
  places: readonly Place[],
): { readonly issues: SurfaceIssue[]; readonly warnings: SurfaceWarning[] } {
  const issues: SurfaceIssue[] = [];
  const warnings: SurfaceWarning[] = [];
  const known = new Set(
    places.flatMap(({ path, inputPath }) => [JSON.stringify(path), JSON.stringify(inputPath)]),
  );
  for (const path of findRefShapes(store.value)) {
    if (known.has(JSON.stringify(path))) continue;
    const ruledOut =
      store.kind === "config" && surface.unsupported.find(({ pattern }) => matchesPattern(pattern, path));
    const message = `${formatPath(path)} looks like a SecretRef, but none is supported there; it is left alone`;
    if (ruledOut)
      issues.push({ kind: "unsupported-ref", store, path, rule: `takes no SecretRef: ${ruledOut.reason}` });
    else warnings.push({ code: "SECRETS_REF_UNKNOWN_PATH", message, store, path });
  }
  return { issues, warnings };
}
