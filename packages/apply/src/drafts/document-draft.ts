import {
  editDocument,
  readDocument,
  readJsonValue,
  type ConfigDocument,
  type DocumentChange,
  type DocumentProblem,
  type JsonValue,
} from "@durar/config-document";
import { formatPath, isRecord, valueAt, type Path } from "@durar/credential-surface";
import type { DurarError } from "@durar/secretref-schema";
import { applyError } from "../errors.ts";
import type { Edit, EditAction } from "../types.ts";
import { shownValue } from "./shown-value.ts";

/** A file with its changes made, or every reason why they cannot be. */
export type Projected =
  | { readonly ok: true; readonly text: string; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly DurarError[] };

type ReadDraft =
  | { readonly ok: true; readonly draft: DocumentDraft }
  | { readonly ok: false; readonly problem: Omit<DocumentProblem, "offset" | "rule"> };

interface DocumentFile {
  readonly path: string;
  readonly format: "json5" | "json";
}

/** A JSON5 or JSON file and the changes that are to be made in it, which are made as edits of its text. */
export class DocumentDraft {
  readonly file: DocumentFile;
  /** The text as it was read; `undefined` where the file does not exist. */
  readonly original: string | undefined;
  /** What it holds, as it was read. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly edits: Edit[] = [];
  readonly #changes: DocumentChange[] = [];
  readonly #wanted = new Set<string>();
  #document: ConfigDocument | undefined;
  #projected: Projected | undefined;

  private constructor(
    file: DocumentFile,
    original: string | undefined,
    value: Readonly<Record<string, unknown>>,
    document?: ConfigDocument,
  ) {
    this.file = file;
    this.original = original;
    this.value = value;
    this.#document = document;
  }

  /** A file that does not exist: an empty object, until something is set in it. */
  static absent(file: DocumentFile): DocumentDraft {
    return new DocumentDraft(file, undefined, {});
  }

  /** Plain JSON is read with positions only once something in it is to be changed. */
  static read(file: DocumentFile, text: string): ReadDraft {
    const document = file.format === "json5" ? readDocument(text) : undefined;
    if (document?.ok === false) return { ok: false, problem: document.error };
    const plain =
      document === undefined ? readJsonValue(text) : { ok: true as const, value: document.document.value };
    if (!plain.ok) return { ok: false, problem: plain.error };
    const { value } = plain;
    if (isRecord(value)) return { ok: true, draft: new DocumentDraft(file, text, value, document?.document) };
    return { ok: false, problem: { message: "the root must be an object", line: 1, column: 1 } };
  }

  /** What stands at a path, as it was read. */
  at(path: Path): unknown {
    return valueAt(this.value, path);
  }

  /** The line of what stands at a path, 1-based; where nothing does, of what would hold it. */
  lineOf(path: Path): number {
    const document = this.original === undefined ? undefined : this.#positions();
    for (let length = path.length; length >= 0 && document !== undefined; length--) {
      const found = document.locate(path.slice(0, length));
      if (found !== undefined) return found.line;
    }
    return 1;
  }

  /**
   * Sets a value.
   *
   * @param becomes how it is shown
   * @param was how what stands there is shown. @default a ref or a provider's source, else masked
   */
  set(
    path: Path,
    value: JsonValue,
    action: EditAction,
    becomes?: string,
    was = shownValue(this.at(path)),
  ): void {
    if (this.#change({ op: "set", path, value })) this.#record(path, action, was, becomes);
  }

  /** Takes a value out, as {@link set} sets one. */
  remove(path: Path, action: EditAction, was = shownValue(this.at(path))): void {
    if (this.#change({ op: "delete", path })) this.#record(path, action, was);
  }

  /** The text and the value with every change made. */
  project(): Projected {
    if (this.#changes.length === 0) return { ok: true, text: this.original ?? "", value: this.value };
    return (this.#projected ??= this.#edited());
  }

  #edited(): Projected {
    const { path, format } = this.file;
    const edited = editDocument(this.#positions(), this.#changes);
    if (!edited.ok)
      return { ok: false, problems: edited.problems.map((problem) => this.#impossible(problem)) };
    const read = readDocument(edited.text, { format });
    if (read.ok) return { ok: true, text: edited.text, value: read.document.value };
    return { ok: false, problems: [applyError("APPLY_EDIT_IMPOSSIBLE", `${path}: ${read.error.message}`)] };
  }

  #impossible(problem: { readonly message: string; readonly path: Path }): DurarError {
    const { path } = this.file;
    const place = formatPath(problem.path);
    return applyError(
      "APPLY_EDIT_IMPOSSIBLE",
      `${path}:${this.lineOf(problem.path)}: ${place}: ${problem.message}`,
      { paths: [place] },
    );
  }

  /** Two owners of one file may want the same of it. Answers whether it is not wanted already. */
  #change(change: DocumentChange): boolean {
    const text = JSON.stringify(change);
    if (this.#wanted.has(text)) return false;
    this.#wanted.add(text);
    this.#changes.push(change);
    return true;
  }

  #record(path: Path, action: EditAction, was: string | undefined, becomes?: string): void {
    this.#projected = undefined;
    this.edits.push({
      file: this.file.path,
      line: this.lineOf(path),
      path: formatPath(path),
      action,
      ...(was === undefined ? {} : { was }),
      ...(becomes === undefined ? {} : { becomes }),
    });
  }

  #positions(): ConfigDocument {
    if (this.#document === undefined) {
      const read = readDocument(this.original ?? "{}\n", { format: this.file.format });
      if (!read.ok) throw new TypeError("a document that was read once cannot be read again");
      this.#document = read.document;
    }
    return this.#document;
  }
}
