import { KnownValues, textPositions } from "@durar/audit";
import { applyTextEdits, readEnvFile } from "@durar/config-document";
import { documentsOf, envFilesOf, type Desk } from "../drafts/desk.ts";
import type { ApplyWarning } from "../types.ts";
import type { MigratedValues } from "./migrated.ts";
import type { VariableReaders } from "./variable-readers.ts";

/**
 * Says where, once everything is done, a migrated value still stands: in a comment, a longer text, a field of another
 * purpose, an old copy that does not parse. The lines that refs read are not meant.
 */
export function findRemains(desk: Desk, migrated: MigratedValues, readers: VariableReaders): ApplyWarning[] {
  if (migrated.all.length === 0) return [];
  const known = new KnownValues();
  for (const { value } of migrated.all) known.add(value);
  const remains: ApplyWarning[] = [];
  const search = (file: string, text: string): void => {
    const lines = textPositions(text, known.findAll(text)).map(({ line }) => line);
    for (const line of new Set(lines))
      remains.push({
        code: "VALUE_REMAINS",
        message: "a migrated value still stands here; remove it by hand where nothing needs it",
        ...{ file, line, path: "" },
      });
  };
  for (const draft of documentsOf(desk)) {
    const projected = draft.project();
    if (projected.ok) search(draft.file.path, projected.text);
  }
  for (const env of envFilesOf(desk)) {
    const projected = env.project();
    const isLive = desk.envFiles.includes(env);
    if (projected.ok)
      search(
        env.path,
        withoutEntries(projected.text, (name) => isLive && readers.reads(name)),
      );
  }
  for (const { path, text } of desk.leftoverTexts) search(path, text);
  return remains;
}

/** A text of a `.env` file with spaces in the place of some entries. */
function withoutEntries(text: string, isMeant: (name: string) => boolean): string {
  const edits = readEnvFile(text)
    .entries.filter(({ name }) => isMeant(name))
    .map(({ start, end }) => ({
      ...{ start, end },
      newText: text.slice(start, end).replace(/[^\r\n]/g, " "),
    }));
  return applyTextEdits(text, edits);
}
