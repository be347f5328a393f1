import { isRecord, type Surface } from "@durar/credential-surface";
import type { Desk, DocumentStore } from "../drafts/desk.ts";
import { coversKey, type MigratedValues } from "./migrated.ts";

/**
 * Takes a migrated value out of agents' profiles for the same model provider. What the configuration provides, every
 * agent may do without; what a profile does, only profiles of the same store. Refs stay, and so do other values.
 */
export function scrubProfiles(
  { documents }: Desk,
  surface: Surface,
  migrated: MigratedValues,
  canonicalProvider: (name: string) => string,
): void {
  const fields = surface.targets.flatMap(({ store, profileType, pattern }) => {
    const last = pattern.steps.at(-1);
    return profileType !== undefined && typeof last === "object"
      ? [{ store, profileType, field: last.key }]
      : [];
  });
  const planned = new Set(
    migrated.all.map(({ target: { place, path } }) =>
      JSON.stringify([place.draft.file.path, ...path.slice(0, -1)]),
    ),
  );
  for (const place of documents)
    for (const [id, profile] of profilesOf(place)) {
      const path = ["profiles", id];
      if (planned.has(JSON.stringify([place.draft.file.path, ...path]))) continue;
      const kind = fields.find(
        ({ store, profileType }) => store === place.store.kind && profileType === profile["type"],
      );
      if (kind === undefined || typeof profile["provider"] !== "string") continue;
      const provider = canonicalProvider(profile["provider"]);
      const isCovered = migrated
        .of(profile[kind.field])
        .some((one) => one.provider === provider && coversKey(one, place.store.agentId));
      if (isCovered) place.draft.remove([...path, kind.field], "remove-value");
    }
}

function profilesOf({ draft }: DocumentStore): [string, Readonly<Record<string, unknown>>][] {
  const profiles = draft.value["profiles"];
  return (isRecord(profiles) ? Object.entries(profiles) : []).flatMap(([id, profile]) =>
    isRecord(profile) ? [[id, profile]] : [],
  );
}
