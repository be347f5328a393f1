import { refsIn } from "@durar/secretref-schema";
import type { PreparedEntry } from "@durar/snapshot";

/** What env refs read. */
export interface EnvRefs {
  /** Names that some ref names, in use or not. */
  readonly named: ReadonlySet<string>;
  /** Names that a ref in use reads. */
  readonly live: ReadonlySet<string>;
}

/** The variables that the refs of some places name. */
export function envRefs(entries: readonly PreparedEntry[]): EnvRefs {
  const named = new Set<string>();
  const live = new Set<string>();
  for (const { place, activity } of entries)
    for (const { source, id } of refsIn(place.input)) {
      if (source !== "env") continue;
      named.add(id);
      if (activity.active) live.add(id);
    }
  return { named, live };
}
