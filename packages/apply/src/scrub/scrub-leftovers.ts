import { walkObjects } from "@durar/audit";
import { surveySurface, type Path, type Surface } from "@durar/credential-surface";
import type { Desk, DocumentStore } from "../drafts/desk.ts";
import type { MigratedValues } from "./migrated.ts";

/** Shorter texts stand elsewhere by chance: a number, a word. */
const TELLING = 8;

/** Empties migrated values in old copies: wherever in them they stand, but short ones only where credentials do. */
export function scrubLeftovers(
  { leftovers, leftoverEnvFiles }: Desk,
  surface: Surface,
  migrated: MigratedValues,
): void {
  if (migrated.all.length === 0) return;
  for (const { store, draft } of leftovers) {
    const blanked: object[] = [];
    const isCredential = credentialFields(surface, { store, draft });
    for (const { value, path } of walkObjects(draft.value))
      for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
        if (blanked.includes(value) || migrated.of(inner).length === 0) continue;
        const at = [...path(), key];
        if (!isTelling(inner) && !isCredential(at)) continue;
        if (typeof inner === "object" && inner !== null) blanked.push(inner);
        draft.set(at, "", "blank-value");
      }
  }
  for (const env of leftoverEnvFiles)
    for (const [index, { name, value }] of env.untouched) {
      const held = migrated.of(value);
      const isKnown = held.some(({ variables }) => variables.has(name));
      if (held.length > 0 && (isTelling(value) || isKnown)) env.blank(index);
    }
}

function isTelling(value: unknown): boolean {
  return typeof value !== "string" || value.length >= TELLING;
}

function credentialFields(surface: Surface, { store, draft }: DocumentStore): (path: Path) => boolean {
  let fields: ReadonlySet<string> | undefined;
  return (path) => {
    fields ??= new Set(
      surveySurface(surface, {
        stores: [{ kind: store.kind, agentId: store.agentId, value: draft.value }],
      }).entries.map(({ place }) => JSON.stringify(place.path)),
    );
    return fields.has(JSON.stringify(path));
  };
}
