import { isRecord } from "@durar/credential-surface";
import type { PreparedEntry } from "@durar/snapshot";
import type { Desk } from "../drafts/desk.ts";
import type { ApplyWarning } from "../types.ts";

/** Answers what the ref of a model provider yields for an agent, where one is in use and resolved. */
export type CoveringValues = (agentId: string | undefined, provider: string) => readonly unknown[];

/**
 * Takes the `api_key` entries out of legacy stores whose value a ref in use yields for the same model provider. The
 * others stay and are told of: such an entry may be the only copy.
 */
export function scrubLegacy(
  { legacy }: Desk,
  coveredBy: CoveringValues,
  canonicalProvider: (name: string) => string,
): ApplyWarning[] {
  const kept: ApplyWarning[] = [];
  for (const { store, draft } of legacy)
    for (const [name, entry] of Object.entries(draft.value)) {
      if (!isRecord(entry) || entry["type"] !== "api_key") continue;
      const { key } = entry;
      if (typeof key !== "string" || key.trim() === "") continue;
      if (coveredBy(store.agentId, canonicalProvider(name)).includes(key))
        draft.remove([name], "remove-value");
      else
        kept.push({
          code: "LEGACY_ENTRY_KEPT",
          message: "the entry stays: no ref in use yields its value for this provider",
          ...{ file: store.path, line: draft.lineOf([name]), path: name },
        });
    }
  return kept;
}

/** What the refs in use come to, by agent and model provider. */
export function coveringValues(
  entries: readonly PreparedEntry[],
  providerOf: (entry: PreparedEntry) => string | undefined,
): CoveringValues {
  const values = new Map<string, unknown[]>();
  const key = (agentId: string | undefined, provider: string): string => JSON.stringify([agentId, provider]);
  for (const entry of entries) {
    const { place, activity, outcome } = entry;
    const { tracksShadowing, profileType } = place.target;
    if (!activity.active || outcome.kind !== "resolved") continue;
    if (tracksShadowing !== true && profileType === undefined) continue;
    const provider = providerOf(entry);
    if (provider === undefined) continue;
    const at = key(place.store.agentId, provider);
    values.set(at, [...(values.get(at) ?? []), outcome.value.reveal()]);
  }
  return (agentId, provider) => [
    ...(values.get(key(undefined, provider)) ?? []),
    ...(values.get(key(agentId, provider)) ?? []),
  ];
}
