import { isDeepStrictEqual } from "node:util";
import type { Path, SurfaceStore } from "@durar/credential-surface";
import { describePlace } from "./describe-place.ts";
import { differences } from "./differences.ts";
import { secretInUse } from "./secret-in-use.ts";
import type { Snapshot } from "./snapshot.ts";

/** A path whose value is another than before. */
export interface ChangedPath {
  readonly store: SurfaceStore;
  readonly path: Path;
  /** The path as it is shown: bare in the config, with the store and its agent anywhere else. */
  readonly text: string;
}

/**
 * What changed between two snapshots: secrets by their value, everything else by what stands in the documents. A ref
 * that was exchanged for another one with the same value is no change. Of what came or went as a whole, its root is
 * named, and each secret in it.
 */
export function changedPaths(before: Snapshot | undefined, after: Snapshot): readonly ChangedPath[] {
  const old = credentialsOf(before);
  const now = credentialsOf(after);
  const places = new Map([...old, ...now]);
  const secrets = [...places].flatMap(([text, { store, path }]) =>
    isDeepStrictEqual(old.get(text)?.secret, now.get(text)?.secret) ? [] : [{ store, path, text }],
  );
  const hidden = new Set([...places.values()].flatMap(({ refText, text }) => [text, refText]));
  const documents = after.stores.flatMap((store) => {
    const twin = before?.stores.find((other) => other.kind === store.kind && other.agentId === store.agentId);
    if (twin === undefined) return [];
    const textOf = (path: Path): string => describePlace(store, path);
    const paths = differences(twin.value, store.value, (path) => hidden.has(textOf(path)));
    return paths.map((path) => ({ store, path, text: textOf(path) }));
  });
  return [...secrets, ...documents];
}

interface Credential extends ChangedPath {
  /** Where its ref stands. */
  readonly refText: string;
  /** What is in force, revealed to be compared; `undefined` where it is not in use. */
  readonly secret: unknown;
}

function credentialsOf(snapshot: Snapshot | undefined): ReadonlyMap<string, Credential> {
  const found = new Map<string, Credential>();
  for (const entry of snapshot?.entries ?? []) {
    const { store, path, inputPath } = entry.place;
    const text = describePlace(store, path);
    const secret = secretInUse(entry)?.reveal();
    found.set(text, { store, path, text, refText: describePlace(store, inputPath), secret });
  }
  return found;
}
