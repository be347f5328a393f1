import { isRecord, type Path } from "@durar/credential-surface";
import type { Desk } from "../drafts/desk.ts";
import type { DocumentDraft } from "../drafts/document-draft.ts";
import { coversHeader, coversKey, type MigratedValues } from "./migrated.ts";

/** What a generated models file holds where the server fills in a resolved credential. */
const MANAGED = "secretref-managed";

/** Takes migrated values out of generated models files, where they stand for the same model provider. */
export function scrubModels(
  { models }: Desk,
  migrated: MigratedValues,
  canonicalProvider: (name: string) => string,
): void {
  for (const { store, draft } of models)
    for (const [name, settings] of entriesOf(draft.value["providers"])) {
      if (!isRecord(settings)) continue;
      const covered =
        (covers: typeof coversKey): IsCovered =>
        (value) =>
          migrated
            .of(value)
            .some((one) => one.provider === canonicalProvider(name) && covers(one, store.agentId));
      const [key, header] = [covered(coversKey), covered(coversHeader)];
      const path = ["providers", name];
      markIn(draft, path, settings, { key, header });
      const list: unknown = settings["models"];
      for (const [index, model] of (Array.isArray(list) ? list : []).entries())
        if (isRecord(model)) markIn(draft, [...path, "models", String(index)], model, { key, header });
    }
}

type IsCovered = (value: unknown) => boolean;

/** What holds a key and headers: a provider, or one of its models. */
function markIn(
  draft: DocumentDraft,
  path: Path,
  holder: Readonly<Record<string, unknown>>,
  isCovered: Readonly<Record<"key" | "header", IsCovered>>,
): void {
  if (isCovered.key(holder["apiKey"])) draft.set([...path, "apiKey"], MANAGED, "mark-managed", MANAGED);
  for (const [name, header] of entriesOf(holder["headers"]))
    if (isCovered.header(header)) draft.set([...path, "headers", name], MANAGED, "mark-managed", MANAGED);
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
