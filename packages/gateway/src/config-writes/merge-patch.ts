import type { DocumentChange, JsonValue } from "@durar/config-document";
import { isRecord } from "@durar/credential-surface";

/**
 * The changes that a JSON merge patch asks for: members are set, `null` removes, and objects are merged.
 *
 * @param target what stands there now
 * @see https://www.rfc-editor.org/rfc/rfc7396
 */
export function mergePatchChanges(
  target: unknown,
  patch: JsonValue,
  path: readonly string[] = [],
): readonly DocumentChange[] {
  if (!isRecord(patch) || !isRecord(target)) return [{ op: "set", path, value: merged(patch) }];
  return Object.entries(patch).flatMap(([name, value]): readonly DocumentChange[] => {
    const inner = [...path, name];
    if (value === null) return [{ op: "delete", path: inner }];
    const current = Object.hasOwn(target, name) ? target[name] : undefined;
    return mergePatchChanges(current, value, inner);
  });
}

/** What a patch comes to where nothing stands yet. */
function merged(patch: JsonValue): JsonValue {
  if (!isRecord(patch)) return patch;
  const members = Object.entries(patch as Readonly<Record<string, JsonValue>>)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, merged(value)] as const);
  return Object.fromEntries(members);
}
