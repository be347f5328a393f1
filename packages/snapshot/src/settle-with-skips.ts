import { settleGroup, type Place, type SettledGroup, type SurveyedGroup } from "@durar/credential-surface";
import type { Outcome } from "./types.ts";

/**
 * Settles a group of which some candidates may only have been checked. Where it depends on one of those who wins,
 * nobody is said to have won, or to have been passed over; what loses in either case has lost.
 */
export function settleWithSkips(
  group: SurveyedGroup,
  outcomeOf: (place: Place) => Outcome["kind"],
): SettledGroup {
  const settled = settleGroup(group, (place) => outcomeOf(place) === "resolved");
  const { winner } = settleGroup(group, (place) => ["resolved", "skipped"].includes(outcomeOf(place)));
  if (winner === settled.winner) return settled;
  const warnings = settled.warnings.filter(({ code }) => code !== group.group.unresolvedCode);
  return { ...settled, winner: undefined, warnings, failed: [] };
}
