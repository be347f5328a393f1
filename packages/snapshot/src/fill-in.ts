import { isRecord, valueAt, type Path } from "@durar/credential-surface";
import { secretInUse } from "./secret-in-use.ts";
import type { PreparedEntry } from "./types.ts";

/**
 * A detached copy of what stands at a path of a document, its secrets in place of their refs. Credential fields that are
 * empty or not in use are left out.
 *
 * @param entries the credential fields of the document
 */
export function fillIn(document: unknown, base: Path, entries: readonly PreparedEntry[]): unknown {
  const around = entries.find(({ place }) => place.path.length < base.length && startsWith(base, place.path));
  if (around !== undefined) {
    const within = base.slice(around.place.path.length);
    return structuredClone(valueAt(secretInUse(around)?.reveal(), within));
  }
  // Held by a record, the value itself can be replaced like any other.
  const holder = { value: structuredClone(valueAt(document, base)) };
  for (const entry of entries) {
    const { path, inputPath } = entry.place;
    if (!startsWith(path, base)) continue;
    // What the sibling held is now in the field itself.
    if (inputPath !== path) put(holder, ["value", ...inputPath.slice(base.length)], undefined);
    put(holder, ["value", ...path.slice(base.length)], structuredClone(secretInUse(entry)?.reveal()));
  }
  return holder.value;
}

function startsWith(path: Path, base: Path): boolean {
  return base.length <= path.length && base.every((segment, position) => segment === path[position]);
}

/** Sets a field, or removes it where there is no value. Where no object holds it, nothing is done. */
function put(root: Record<string, unknown>, path: Path, value: unknown): void {
  const name = path.at(-1);
  const parent = valueAt(root, path.slice(0, -1));
  if (name === undefined || !(isRecord(parent) || Array.isArray(parent))) return;
  if (value === undefined) Reflect.deleteProperty(parent, name);
  else Reflect.set(parent, name, value);
}
