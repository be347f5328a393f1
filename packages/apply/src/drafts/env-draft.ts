import {
  applyTextEdits,
  editEnvFile,
  readEnvFile,
  type EnvEntry,
  type EnvFile,
} from "@durar/config-document";
import type { DurarError } from "@durar/secretref-schema";
import { applyError } from "../errors.ts";
import type { Edit } from "../types.ts";
import { MASK } from "./shown-value.ts";

/** The text with the changes made, and what it says; or every reason why they cannot be. */
export type ProjectedEnv =
  | { readonly ok: true; readonly text: string; readonly variables: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly problems: readonly DurarError[] };

/** A `.env` file and the changes that are to be made in it, which are made as edits of its text. */
export class EnvDraft {
  readonly path: string;
  /** The text as it was read; `undefined` where the file does not exist. */
  readonly original: string | undefined;
  readonly file: EnvFile;
  readonly edits: Edit[] = [];
  readonly #removed = new Set<number>();
  readonly #blanked = new Set<number>();
  readonly #added = new Map<string, string>();

  constructor(path: string, original: string | undefined) {
    this.path = path;
    this.original = original;
    this.file = readEnvFile(original ?? "");
  }

  /** The entries that stay as they are. */
  get untouched(): readonly (readonly [index: number, entry: EnvEntry])[] {
    return [...this.file.entries.entries()].filter(
      ([index, { name }]) => !this.#removed.has(index) && !this.#blanked.has(index) && !this.#added.has(name),
    );
  }

  /** Takes the lines of an entry out. */
  remove(index: number): void {
    this.#removed.add(index);
    this.#record(index, "remove-line");
  }

  /** Leaves the name of an entry and takes its value away. */
  blank(index: number): void {
    this.#blanked.add(index);
    this.#record(index, "blank-value");
  }

  /** Sets a variable that has no value yet. */
  add(name: string, value: string): void {
    this.#added.set(name, value);
    const line = this.file.entries.findLast((entry) => entry.name === name)?.line ?? this.#lastLine();
    this.edits.push({ file: this.path, line, path: name, action: "add-value", becomes: MASK });
  }

  project(): ProjectedEnv {
    if (this.edits.length === 0)
      return { ok: true, text: this.original ?? "", variables: this.file.toRecord() };
    const edited = editEnvFile(this.original ?? "", [
      ...[...this.#removed].map((entry) => ({ op: "delete", entry }) as const),
      ...[...this.#added].map(([name, value]) => ({ op: "set", name, value }) as const),
    ]);
    if (!edited.ok)
      return {
        ok: false,
        problems: edited.problems.map(({ message }) =>
          applyError("APPLY_EDIT_IMPOSSIBLE", `${this.path}: ${message}`),
        ),
      };
    const text = this.#blanked.size === 0 ? edited.text : this.#withBlanks();
    return { ok: true, text, variables: readEnvFile(text).toRecord() };
  }

  /** Only leftovers have values taken away, and nothing else is done to them. */
  #withBlanks(): string {
    const edits = this.file.entries
      .filter((_entry, index) => this.#blanked.has(index))
      .map(({ valueRange }) => ({ ...valueRange, newText: '""' }));
    return applyTextEdits(this.original ?? "", edits);
  }

  #record(index: number, action: Edit["action"]): void {
    const entry = this.file.entries[index];
    if (entry === undefined) throw new RangeError("a .env file has no such entry");
    this.edits.push({ file: this.path, line: entry.line, path: entry.name, action, was: MASK });
  }

  #lastLine(): number {
    return (this.original ?? "").trimEnd().split(/\r\n?|\n/).length;
  }
}
