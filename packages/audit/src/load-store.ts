import {
  DOCUMENT_RULES,
  readDocument,
  readEnvFile,
  readJsonValue,
  TEXT_FILE_FAILURES,
  type ConfigDocument,
  type EnvFile,
  type ReadTextFileResult,
} from "@durar/config-document";
import { isRecord, type Path, type SurfaceStore } from "@durar/credential-surface";
import type { FindingList, Position } from "./finding-list.ts";
import type { AuditStore } from "./types.ts";

/** A JSON5 or JSON store that was read: its value, and the position of anything in it. */
export interface LoadedDocument {
  readonly store: AuditStore;
  readonly value: Readonly<Record<string, unknown>>;
  /** Where the value at a path stands; where there is none, the nearest value around it. */
  readonly locate: (path: Path) => Position;
}

/** Finds the document in which something lies. */
export type DocumentOf = (place: { readonly store: SurfaceStore }) => LoadedDocument;

/** A `.env` file that was read. */
export interface LoadedEnvFile {
  readonly store: AuditStore;
  readonly text: string;
  readonly file: EnvFile;
}

/** What a file came to. */
export type LoadedStore =
  | { readonly kind: "document"; readonly document: LoadedDocument }
  | { readonly kind: "env"; readonly env: LoadedEnvFile }
  /** Nothing of it can be looked at. */
  | { readonly kind: "unreadable" }
  /** A leftover that has gone since it was listed, as temporary files do. */
  | { readonly kind: "gone" }
  /** A leftover that does not parse; its text can still be searched. */
  | { readonly kind: "text"; readonly text: string };

const start: Position = { line: 1, column: 1 };

type Unreadable = (message: string, hint: string, position?: Position) => LoadedStore;

/** Reads and parses one store. Whatever is odd about it becomes one precise finding. */
export function loadStore(store: AuditStore, findings: FindingList): LoadedStore {
  const isLeftover = store.leftover === true;
  const unreadable: Unreadable = (message, hint, { line, column } = start) => {
    findings.add({
      ...{ code: "STORE_UNREADABLE", severity: "error", store, path: "" },
      ...{ line, column, message, hint },
    });
    return { kind: "unreadable" };
  };
  const content = readStore(store);
  if (!content.ok) {
    const { reason, message, line = 1, column = 1 } = content;
    if (isLeftover && reason === "missing") return { kind: "gone" };
    return unreadable(reason === "invalid-utf8" ? TEXT_FILE_FAILURES[reason] : message, readHints[reason], {
      line,
      column,
    });
  }
  const { text } = content;
  if (store.format === "env") {
    const file = readEnvFile(text);
    reportEnvFile(file, store, unreadable);
    return { kind: "env", env: { store, text, file } };
  }

  const parsed = store.format === "json5" ? parseJson5(text) : parseJson(text);
  if (parsed.ok && isRecord(parsed.value)) {
    const { value, document } = parsed;
    return { kind: "document", document: { store, value, locate: locator(document) } };
  }
  if (isLeftover) return { kind: "text", text };
  if (parsed.ok) return unreadable("the root must be an object", "let the file hold one object");
  const { when, hint } = DOCUMENT_RULES[parsed.error.rule];
  const format = store.format === "json5" ? "JSON5" : "JSON";
  return unreadable(`not valid ${format}, so nothing in it was checked: ${when}`, hint, parsed.error);
}

/** A reader that throws breaks its contract; what it threw is not shown. */
function readStore(store: AuditStore): ReadTextFileResult {
  try {
    return store.read();
  } catch {
    return { ok: false, reason: "unreadable", message: TEXT_FILE_FAILURES.unreadable };
  }
}

const readHints = {
  missing: "check --config and --state-dir, or create the file",
  directory: "move the directory away; a file belongs here",
  "not-regular": "replace it by a regular file",
  "too-large": "a store is never this large; check what wrote it",
  unreadable: "let the user who runs the audit read it",
  "invalid-utf8": "save the file as UTF-8",
} as const;

function parseJson5(text: string) {
  const result = readDocument(text);
  if (!result.ok) return result;
  const { document } = result;
  return { ok: true, value: document.value, document: (): ConfigDocument => document } as const;
}

/** Plain JSON is read with positions only once something in it has been found. */
function parseJson(text: string) {
  const result = readJsonValue(text);
  if (!result.ok) return result;
  let document: ConfigDocument | undefined;
  const positions = (): ConfigDocument | undefined => {
    const read = document === undefined ? readDocument(text, { format: "json" }) : undefined;
    document ??= read?.ok === true ? read.document : undefined;
    return document;
  };
  return { ok: true, value: result.value, document: positions } as const;
}

function locator(document: () => ConfigDocument | undefined): (path: Path) => Position {
  return (path) => {
    for (let length = path.length; length >= 0; length--) {
      const found = document()?.locate(path.slice(0, length));
      if (found !== undefined) return { line: found.line, column: found.column };
    }
    return start;
  };
}

/** A line that is ignored is a fault of a store; in a leftover it is text to be searched. */
function reportEnvFile({ problems }: EnvFile, store: AuditStore, unreadable: Unreadable): void {
  const unread = problems.find(({ rule }) => rule === "too-many-entries");
  const problem = unread ?? (store.leftover === true ? undefined : problems[0]);
  if (problem === undefined) return;
  const { when, hint } = DOCUMENT_RULES[problem.rule];
  const more = unread === undefined ? problems.length - 1 : 0;
  unreadable(more === 0 ? when : `${when}, and so are ${more} more`, hint, problem);
}
