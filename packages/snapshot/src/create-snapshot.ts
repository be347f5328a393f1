import type { Inputs } from "./inputs.ts";
import { deepFreeze } from "./plain-data.ts";
import { SecretTable } from "./secret-table.ts";
import { Snapshot, type Activated } from "./snapshot.ts";
import type { Preparation, PreparedEntry } from "./types.ts";

/**
 * Makes the snapshot of a preparation, for programs that do without a manager.
 *
 * @param inputs what was prepared; it must not change afterwards
 * @throws TypeError where the preparation is not `ok`
 */
export function createSnapshot(inputs: Inputs, preparation: Preparation, activated: Activated): Snapshot {
  if (!preparation.ok) throw new TypeError("a snapshot is made of a preparation that is ok");
  for (const entry of preparation.entries) freezeEntry(entry);
  for (const warning of preparation.warnings) {
    deepFreeze(warning.path);
    Object.freeze(warning);
  }
  const { entries, warnings } = preparation;
  const frozen = {
    ...preparation,
    entries: Object.freeze([...entries]),
    warnings: Object.freeze([...warnings]),
  };
  return new Snapshot(inputs, frozen, new SecretTable(inputs.stores, entries), activated);
}

/** All of an entry but its target and its document, which are not of its own. */
function freezeEntry(entry: PreparedEntry): void {
  const { place, activity, outcome } = entry;
  for (const part of [place.path, place.inputPath, place.input, place.overridden, activity, outcome])
    deepFreeze(part);
  Object.freeze(place);
  Object.freeze(entry);
}
