import { matchesPattern, valueAt, type Path, type Place, type Target } from "@durar/credential-surface";
import type { FieldPlace } from "@durar/gateway-client";

/**
 * What a credential field is told by: its target, its agent and its path, in which the entry of a list goes by its id. An
 * index says nothing: the list may stand in another order where the other side looks.
 */
export function keyOfPlace({ target, store, path }: Place): string {
  const at = listPosition(target);
  const id = at < 0 ? undefined : valueAt(store.value, [...path.slice(0, at + 1), "id"]);
  return fieldKey(target, store.agentId, path, typeof id === "string" ? id : undefined);
}

/** The key of a field that the gateway names, by the target it belongs to. */
export function keyOfField(target: Target, { agentId, pathSegments, entryId }: FieldPlace): string {
  return fieldKey(target, agentId, pathSegments, entryId);
}

/** The target, of those that were asked for, that a field belongs to; `undefined` for a field nobody asked for. */
export function targetOf(field: FieldPlace, asked: readonly Target[]): Target | undefined {
  return asked.find(
    ({ store, pattern }) => store === field.file && matchesPattern(pattern, field.pathSegments),
  );
}

function fieldKey(
  target: Target,
  agentId: string | undefined,
  path: Path,
  entryId: string | undefined,
): string {
  const at = listPosition(target);
  // An index is kept where there is no id, so that it can only equal another one without.
  const segments = path.map((segment, index) =>
    index === at && entryId !== undefined ? { id: entryId } : segment,
  );
  return JSON.stringify([target.id, agentId ?? null, segments]);
}

function listPosition({ pattern }: Target): number {
  return pattern.steps.indexOf("any-index");
}
