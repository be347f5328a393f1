import { walkObjects } from "@durar/audit";
import type { Desk } from "../drafts/desk.ts";
import type { MigratedValues } from "./migrated.ts";

/** Empties migrated values in old copies, wherever in them they stand. */
export function scrubLeftovers({ leftovers, leftoverEnvFiles }: Desk, migrated: MigratedValues): void {
  if (migrated.all.length === 0) return;
  for (const { draft } of leftovers) {
    const blanked: object[] = [];
    for (const { value, path } of walkObjects(draft.value))
      for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
        if (blanked.includes(value) || migrated.of(inner).length === 0) continue;
        if (typeof inner === "object" && inner !== null) blanked.push(inner);
        draft.set([...path(), key], "", "blank-value");
      }
  }
  for (const env of leftoverEnvFiles)
    for (const [index, { value }] of env.untouched) if (migrated.of(value).length > 0) env.blank(index);
}
