import { isDeepStrictEqual } from "node:util";
import { formatPath, type Path, type SurfaceStore } from "@durar/credential-surface";
import type { DurarError } from "@durar/secretref-schema";
import type { Outcome, PreparedEntry } from "@durar/snapshot";
import { label, type PlanTarget } from "../contract/plan-target.ts";
import { applyError } from "../errors.ts";
import type { ProjectedStore } from "../project/documents.ts";

/**
 * Holds what each ref yields against the plaintext it replaces. A ref that does not resolve fails here also where its
 * field is not in use: the plaintext would be lost.
 */
export function compareValues(
  targets: readonly PlanTarget[],
  entries: readonly PreparedEntry[],
  stores: readonly ProjectedStore[],
  acceptNewValues: boolean,
): DurarError[] {
  const outcomeAt = outcomesByPlace(entries);
  return targets.flatMap((target): readonly DurarError[] => {
    const { plaintext } = target.state;
    const store = stores.find(({ place }) => place === target.place)?.surfaceStore;
    const outcome = store && outcomeAt(store, target.path);
    if (plaintext === undefined || outcome === undefined) return [];
    if (outcome.kind === "failed") return outcome.errors;
    if (acceptNewValues || isSame(outcome, plaintext)) return [];
    return [applyError("APPLY_VALUE_DIFFERS", `${label(target)}: differs`, { paths: [target.written.path] })];
  });
}

function isSame(outcome: Outcome, plaintext: unknown): boolean {
  // What was only checked, nobody can compare; the result says so.
  if (outcome.kind !== "resolved") return true;
  const value = outcome.value.reveal();
  if (isDeepStrictEqual(value, plaintext)) return true;
  return (
    typeof plaintext === "object" && typeof value === "string" && isDeepStrictEqual(parsed(value), plaintext)
  );
}

/** An object that is kept where only text can be, is kept as JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function outcomesByPlace(
  entries: readonly PreparedEntry[],
): (store: SurfaceStore, path: Path) => Outcome | undefined {
  const outcomes = new Map<SurfaceStore, Map<string, Outcome>>();
  for (const { place, outcome } of entries) {
    const ofStore = outcomes.get(place.store) ?? new Map<string, Outcome>();
    outcomes.set(place.store, ofStore.set(formatPath(place.path), outcome));
  }
  return (store, path) => outcomes.get(store)?.get(formatPath(path));
}
