import { off, on } from "./activation-rules.ts";
import { holdsRef } from "./surface-warnings.ts";
import type { Activity, Place, SurfaceContext, SurfaceEntry, SurveyedGroup } from "./types.ts";

/**
 * Which places of a group are in use before anything is resolved: of `one`, the only candidate; of `first`, every
 * candidate up to the first that is sure to yield a value. Those before it are optional.
 */
export function decideGroup({ group, ranking }: SurveyedGroup, context: SurfaceContext): SurfaceEntry[] {
  const { mode, reason, candidates, excluded } = ranking;
  const sure = candidates.findIndex(({ available }) => available);
  const reach = mode === "off" ? 0 : mode === "one" ? 1 : sure < 0 ? candidates.length : sure + 1;
  const inUse = new Set(candidates.slice(0, reach).map(({ place }) => place));
  const winner = mode === "one" ? candidates[0] : mode === "first" ? candidates[sure] : undefined;
  const lost = winner === undefined ? reason : `${winner.name} takes precedence (${reason})`;
  const activityOf = (place: Place): Activity =>
    inUse.has(place) ? on(reason) : off(excluded?.get(place) ?? lost);
  return group.targets.flatMap(context.placesOf).map((place) => {
    const activity = activityOf(place);
    return { place, activity, optional: activity.active && mode === "first" && holdsRef(place.input) };
  });
}
