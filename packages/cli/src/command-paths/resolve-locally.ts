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

/**
 * Resolves in this shell these fields and no other; answers what each came to. They are told apart by where they stand, not
 * by their keys: entries of a list on disk may have the same id, which is an error, and each has its own credential still.
 */
export async function resolveLocally(
  inputs: LocalInputs,
  fields: readonly FieldOnDisk[],
  allowExec: boolean,
  signal: AbortSignal | undefined,
): Promise<(field: FieldOnDisk) => PreparedEntry | undefined> {
  const wanted = new Set(fields.map(({ place }) => standingOf(place)));
  const isWanted = (place: Place): boolean => wanted.has(standingOf(place));
  const { surface, stores, providers, environment } = inputs;
  const { entries } = await prepare({
    ...{ surface, stores, providers, environment, signal },
    checkOnly: allowExec ? [] : ["exec"],
    only: isWanted,
  });
  signal?.throwIfAborted();
  const byStanding = new Map(
    entries.filter(({ place }) => isWanted(place)).map((entry) => [standingOf(entry.place), entry]),
  );
  return ({ place }) => byStanding.get(standingOf(place));
}

function standingOf({ store: { kind, agentId }, path }: Place): string {
  return JSON.stringify([kind, agentId ?? null, path]);
}
