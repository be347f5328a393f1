import type { Place, SurfaceEntry } from "@durar/credential-surface";
import { formatPath, holdsRef, surveySurface } from "@durar/credential-surface";
import { isRecord } from "@durar/credential-surface";
import { readSecretsConfig } from "@durar/secretref-schema";
import { prepare, type PreparedEntry } from "@durar/snapshot";
import { keyOfPlace } from "./field-key.ts";
import type { LocalInputs } from "./types.ts";

/** A credential field on disk. */
export interface FieldOnDisk extends SurfaceEntry {
  readonly key: string;
  /** The path as text. */
  readonly text: string;
}

/** The fields of some targets that hold anything on disk, and whether they would be in use in this shell. */
export function fieldsOnDisk(inputs: LocalInputs, targetIds: ReadonlySet<string>): readonly FieldOnDisk[] {
  const { surface, stores, environment, config } = inputs;
  const { defaults } = readSecretsConfig(isRecord(config) ? config["secrets"] : undefined).config;
  return surveySurface(surface, { stores, environment, defaults })
    .entries.filter(({ place: { target, input } }) => targetIds.has(target.id) && input.kind !== "empty")
    .map((entry) => ({ ...entry, key: keyOfPlace(entry.place), text: formatPath(entry.place.path) }));
}

/** Whether nothing but resolving can tell a field's value. */
export function isToBeResolved({ place, activity }: SurfaceEntry): boolean {
  return activity.active && holdsRef(place.input);
}

/** Resolves in this shell these fields and no other; answers what each came to, by key. */
export async function resolveLocally(
  inputs: LocalInputs,
  fields: readonly FieldOnDisk[],
  allowExec: boolean,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, PreparedEntry>> {
  const wanted = new Set(fields.map(({ key }) => key));
  const isWanted = (place: Place): boolean => wanted.has(keyOfPlace(place));
  const { surface, stores, providers, environment } = inputs;
  const { entries } = await prepare({
    ...{ surface, stores, providers, environment, signal },
    checkOnly: allowExec ? [] : ["exec"],
    only: isWanted,
  });
  signal?.throwIfAborted();
  return new Map(
    entries.filter(({ place }) => isWanted(place)).map((entry) => [keyOfPlace(entry.place), entry]),
  );
}
