import {
  readDocument,
  readEnvFile,
  readJsonValue,
  type ConfigDocument,
  type EnvFile,
} from "@durar/config-document";
import { isRecord, type Path } from "@durar/credential-surface";
import type { FindingList, Position } from "./finding-list.ts";
import type { AuditStore } from "./types.ts";

/** A JSON5 or JSON store that was read: its value, and the position of anything in it. */
export interface LoadedDocument {
  readonly store: AuditStore;
  readonly value: Readonly<Record<string, unknown>>;
  /** Where the value at a path stands; where there is none, the nearest value around it. */
  readonly locate: (path: Path) => Position;
}

/** A `.env` file that was read. */
export interface LoadedEnvFile {
  readonly store: AuditStore;
  readonly file: EnvFile;
}

/** What a file came to. */
export type LoadedStore =
  | { readonly kind: "document"; readonly document: LoadedDocument }
  | { readonly kind: "env"; readonly env: LoadedEnvFile }
  /** It could not be read or parsed, which is a finding unless it is a leftover that does not parse. */
  | { readonly kind: "unreadable" }
  /** A leftover that does not parse; its text can still be searched. */
  | { readonly kind: "text"; readonly text: string };

const start: Position = { line: 1, column: 1 };

/** Reads and parses one store. Whatever is odd about it becomes one precise finding. */
export function loadStore(store: AuditStore, findings: FindingList): LoadedStore {
  const unreadable = (message: string, hint: string, position = start): LoadedStore => {
    findings.add({
      code: "STORE_UNREADABLE",
      severity: "error",
      store,
      path: "",
      message,
      hint,
      ...position,
    });
    return { kind: "unreadable" };
  };
  const content = store.read();
  if (!content.ok) {
    const { line = 1, column = 1, reason } = content;
    return unreadable(content.message, readHints[reason], { line, column });
  }
  const { text } = content;
  if (store.format === "env") return loadEnvFile(store, text, findings);

  const parsed = store.format === "json5" ? parseJson5(text) : parseJson(text);
  if (!parsed.ok) {
    if (store.leftover === true) return { kind: "text", text };
    const { message, line, column } = parsed.error;
    return unreadable(`not valid ${store.format === "json5" ? "JSON5" : "JSON"}: ${message}`, syntaxHint, {
      line,
      column,
    });
  }
  const { value, document } = parsed;
  if (!isRecord(value)) return unreadable("the root must be an object", "let the file hold one object");
  return { kind: "document", document: { store, value, locate: locator(document) } };
}

const syntaxHint = "correct the file at this position; nothing in it could be checked";

const readHints = {
  missing: "check --config and --state-dir, or create the file",
  directory: "move the directory away; a file belongs here",
  "not-regular": "replace it by a regular file",
  "too-large": "a store is never this large; check what wrote it",
  unreadable: "let the user who runs the audit read the file",
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

function loadEnvFile(store: AuditStore, text: string, findings: FindingList): LoadedStore {
  const file = readEnvFile(text);
  const [first] = file.problems;
  if (first !== undefined && store.leftover !== true) {
    const more = file.problems.length > 1 ? `, and so are ${file.problems.length - 1} more` : "";
    findings.add({
      code: "STORE_UNREADABLE",
      severity: "error",
      store,
      path: "",
      line: first.line,
      column: first.column,
      message: `this line is no assignment and is ignored${more}`,
      hint: "write NAME=value; quote a value that spans lines",
    });
  }
  return { kind: "env", env: { store, file } };
}
