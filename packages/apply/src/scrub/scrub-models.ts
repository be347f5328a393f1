import { isRecord, type Path } from "@durar/credential-surface";
import type { Desk } from "../drafts/desk.ts";
import type { DocumentDraft } from "../drafts/document-draft.ts";
import { coversHeader, coversKey, isOneOf, type Migrated } from "./migrated.ts";

/** What a generated models file holds where the server fills in a resolved credential. */
const MANAGED = "secretref-managed";

/** Takes migrated values out of generated models files, where they stand for the same model provider. */
export function scrubModels(
  { models }: Desk,
  migrated: readonly Migrated[],
  canonicalProvider: (name: string) => string,
): void {
  for (const { store, draft } of models)
    for (const [name, settings] of entriesOf(draft.value["providers"])) {
      const ofProvider = migrated.filter(({ provider }) => provider === canonicalProvider(name));
      if (ofProvider.length === 0 || !isRecord(settings)) continue;
      const path = ["providers", name];
      const mark = (at: Path, holder: Readonly<Record<string, unknown>>): void =>
        markIn(draft, at, holder, {
          keys: ofProvider.filter((one) => coversKey(one, store.agentId)),
          headers: ofProvider.filter((one) => coversHeader(one, store.agentId)),
        });
      mark(path, settings);
      const list: unknown = settings["models"];
      for (const [index, model] of (Array.isArray(list) ? list : []).entries())
        if (isRecord(model)) mark([...path, "models", String(index)], model);
    }
}

/** What holds a key and headers: a provider, or one of its models. */
function markIn(
  draft: DocumentDraft,
  path: Path,
  holder: Readonly<Record<string, unknown>>,
  { keys, headers }: Readonly<Record<"keys" | "headers", readonly Migrated[]>>,
): void {
  if (isOneOf(holder["apiKey"], keys)) draft.set([...path, "apiKey"], MANAGED, "mark-managed", MANAGED);
  for (const [name, header] of entriesOf(holder["headers"]))
    if (isOneOf(header, headers)) draft.set([...path, "headers", name], MANAGED, "mark-managed", MANAGED);
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
