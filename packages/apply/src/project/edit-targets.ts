import type { JsonValue } from "@durar/config-document";
import { formatRef, type SecretRef } from "@durar/secretref-schema";
import type { PlanTarget } from "../contract/plan-target.ts";

/** Puts the ref of each target where its plaintext stood. What is done already is left as it is. */
export function editTargets(targets: readonly PlanTarget[]): void {
  for (const target of targets) editTarget(target);
}

function editTarget(target: PlanTarget): void {
  const { path, ref, state, place, isDone } = target;
  const { refField, profileType } = target.target;
  const { draft } = place;
  const profile = path.slice(0, -1);
  if (profileType !== undefined && (draft.at(profile) ?? undefined) === undefined) return addProfile(target);
  if (refField === undefined) {
    if (!isDone) draft.set(path, written(ref), "set-ref", formatRef(ref));
    return;
  }
  if (!isDone) draft.set([...profile, refField], written(ref), "set-ref", formatRef(ref));
  if (isDone ? state.plaintext !== undefined : draft.at(path) !== undefined)
    draft.remove(path, "remove-value");
}

/** A profile of its own, in a store that may be new too. */
function addProfile({ path, ref, target, place, provider = "" }: PlanTarget): void {
  const { draft } = place;
  if (draft.original === undefined && draft.edits.length === 0) draft.set(["version"], 1, "add-profile");
  const { profileType = "", refField = "" } = target;
  draft.set(
    path.slice(0, -1),
    { type: profileType, provider, [refField]: written(ref) },
    "add-profile",
    formatRef(ref),
  );
}

/** A ref as it stands in a document. */
function written({ source, provider, id }: SecretRef): JsonValue {
  return { source, provider, id };
}
