import { off } from "./activation-rules.ts";
import { formatPath } from "./path.ts";
import { holdsRef, ignoredRef } from "./surface-warnings.ts";
import type { GroupCandidate, Place, SurfaceEntry, SurfaceWarning, SurveyedGroup } from "./types.ts";

/** How a group ended once everything was resolved. */
export interface SettledGroup {
  readonly id: string;
  /** The candidate in use; `undefined` where none is configured, or none yields a value. */
  readonly winner: string | undefined;
  /** Places whose activity the outcome changed. */
  readonly entries: ReadonlyMap<Place, SurfaceEntry>;
  /** Refs that failed before another candidate won, and refs that the winner made superfluous. */
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
  const { mode, candidates, reason } = ranking;
  const yieldsValue = ({ available, place }: GroupCandidate): boolean =>
    available || (place !== undefined && holdsRef(place.input) && resolved(place));
  const position = mode === "off" ? -1 : candidates.findIndex(yieldsValue);
  const winner = candidates[position]?.name;
  const settled = { id: group.id, winner, entries: new Map<Place, SurfaceEntry>(), warnings: [], failed: [] };
  if (mode !== "first") return settled;

  const failed = candidates
    .slice(0, winner === undefined ? undefined : position)
    .flatMap(({ name, place }) => (place !== undefined && holdsRef(place.input) ? [{ name, place }] : []));
  if (winner === undefined) return { ...settled, failed: failed.map(({ place }) => place) };

  const activity = off(`${winner} takes precedence (${reason})`);
  const superfluous = candidates
    .slice(position + 1)
    .flatMap(({ place }): SurfaceEntry[] =>
      place === undefined ? [] : [{ place, activity, optional: false }],
    );
  const passedOver = failed.map(({ name, place: { store, inputPath } }) => ({
    code: group.unresolvedCode,
    message: `${name} was passed over because ${formatPath(inputPath)} did not resolve; ${winner} is used`,
    store,
    path: inputPath,
  }));
  return {
    ...settled,
    entries: new Map(superfluous.map((entry) => [entry.place, entry])),
    warnings: [...passedOver, ...superfluous.flatMap(ignoredRef)],
  };
}
