import { holdsRef, type SurfaceEntry, type SurveyedGroup } from "./survey-surface.ts";
import { off } from "./activation-rules.ts";
import { formatPath } from "./path.ts";
import type { Place, SurfaceWarning } from "./types.ts";

/** How a group ended once everything was resolved. */
export interface SettledGroup {
  readonly id: string;
  /** The candidate in use; `undefined` where none is configured, or none yields a value. */
  readonly winner: string | undefined;
  /** Places whose activity the outcome changed. */
  readonly entries: ReadonlyMap<Place, SurfaceEntry>;
  /** Refs that failed before another candidate won. */
  readonly warnings: readonly SurfaceWarning[];
  /** Places whose failures count, because refs were configured and nothing won. */
  readonly failed: readonly Place[];
}

/**
 * Picks the winner of a group that takes the first credential to yield a value. Never falls through in silence: a
 * candidate passed over because its ref failed is a warning, and if refs were configured and nothing won, they all
 * count as failed.
 *
 * @param resolved whether a place's ref or template resolved
 */
export function settleGroup(
  { group, ranking }: SurveyedGroup,
  resolved: (place: Place) => boolean,
): SettledGroup {
  const none = { id: group.id, entries: new Map<Place, SurfaceEntry>(), warnings: [], failed: [] };
  const { mode, candidates, reason } = ranking;
  if (mode !== "first") return { ...none, winner: mode === "one" ? candidates[0]?.name : undefined };

  const yields = candidates.findIndex(
    ({ available, place }) => available || (place !== undefined && holdsRef(place.input) && resolved(place)),
  );
  const winner = candidates[yields];
  const passed = candidates
    .slice(0, yields < 0 ? undefined : yields)
    .flatMap(({ name, place }) => (place !== undefined && holdsRef(place.input) ? [{ name, place }] : []));
  if (winner === undefined) return { ...none, winner: undefined, failed: passed.map(({ place }) => place) };

  const entries = new Map<Place, SurfaceEntry>();
  for (const { place } of candidates.slice(yields + 1))
    if (place !== undefined)
      entries.set(place, {
        place,
        activity: off(`${winner.name} takes precedence (${reason})`),
        optional: false,
      });
  const warnings = passed.map(({ name, place }) => ({
    code: group.unresolvedCode,
    message: `${name} was passed over because ${formatPath(place.inputPath)} did not resolve; ${winner.name} is used`,
    store: place.store,
    path: place.inputPath,
  }));
  return { id: group.id, winner: winner.name, entries, warnings, failed: [] };
}
