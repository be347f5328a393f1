import type { AuditStore } from "@durar/audit";
import { TEXT_FILE_FAILURES, type ReadTextFileResult } from "@durar/config-document";
import type { Surface } from "@durar/credential-surface";
import type { DurarError } from "@durar/secretref-schema";
import { applyError, throwReasons } from "../errors.ts";
import type { ApplyPlace } from "../types.ts";
import { DocumentDraft } from "./document-draft.ts";
import { EnvDraft } from "./env-draft.ts";
import { realPath } from "./real-path.ts";

/** A JSON5 or JSON store, and what it is. */
export interface DocumentStore {
  readonly store: AuditStore;
  readonly draft: DocumentDraft;
}

/** An old copy that does not parse. */
export interface LeftoverText {
  readonly path: string;
  readonly text: string;
}

/** Every file as it was read, with the changes that are to be made in it. */
export interface Desk {
  readonly config: DocumentStore;
  /** The stores whose places are the surface's, the config first. */
  readonly documents: DocumentStore[];
  /** Generated models files. */
  readonly models: readonly DocumentStore[];
  readonly legacy: readonly DocumentStore[];
  /** In order of precedence; each exists as a draft, if not as a file. */
  readonly envFiles: readonly EnvDraft[];
  readonly leftovers: readonly DocumentStore[];
  readonly leftoverEnvFiles: readonly EnvDraft[];
  readonly leftoverTexts: readonly LeftoverText[];
}

type Place = Pick<ApplyPlace, "stores" | "surface" | "environmentFiles" | "mayCreateConfig">;

/**
 * Reads every file once. One that has two names, by links, is one draft; a link in the place of an old copy is none.
 * A config that is missing and may be made is an empty one.
 *
 * @throws ApplyError `APPLY_REFUSED` with one `APPLY_STORE_UNREADABLE` for each store that cannot be read or does not
 * parse; a leftover that cannot is searched as text, or passed over
 */
export function layOut({ stores, surface, environmentFiles, mayCreateConfig = false }: Place): Desk {
  const problems: DurarError[] = [];
  const documents: DocumentStore[] = [];
  const models: DocumentStore[] = [];
  const legacy: DocumentStore[] = [];
  const leftovers: DocumentStore[] = [];
  const leftoverEnvFiles: EnvDraft[] = [];
  const leftoverTexts: LeftoverText[] = [];
  const envFiles = new Map<string, EnvDraft>();
  const kinds = storeKinds(surface);
  const drafts = new Map<string, DocumentDraft | EnvDraft>();
  const own = stores.filter(({ leftover }) => leftover !== true);
  for (const store of [...own, ...stores.filter(({ leftover }) => leftover === true)]) {
    const { path, kind, leftover = false } = store;
    const same = drafts.get(realPath(path));
    if (leftover && same !== undefined) continue;
    const content = read(store);
    if (!content.ok && content.reason === "missing" && kind === "config" && !leftover && mayCreateConfig) {
      documents.push({ store, draft: DocumentDraft.absent({ path, format: "json5" }) });
    } else if (!content.ok) {
      const isAbsentEnv = store.format === "env" && content.reason === "missing";
      if (!leftover && !isAbsentEnv) problems.push(unreadable(path, content.message));
    } else if (store.format === "env") {
      const draft = same instanceof EnvDraft ? same : new EnvDraft(path, content.text);
      drafts.set(realPath(path), draft);
      if (leftover) leftoverEnvFiles.push(draft);
      else envFiles.set(path, draft);
    } else {
      const result =
        same instanceof DocumentDraft
          ? { ok: true as const, draft: same }
          : DocumentDraft.read({ path, format: store.format }, content.text);
      if (result.ok) drafts.set(realPath(path), result.draft);
      if (!result.ok && leftover) leftoverTexts.push({ path, text: content.text });
      else if (!result.ok) problems.push(unparsed(path, result.problem));
      else if (leftover) leftovers.push({ store, draft: result.draft });
      else if (kind === "models") models.push({ store, draft: result.draft });
      else if (kind === "legacy-auth") legacy.push({ store, draft: result.draft });
      else if (kinds.has(kind)) documents.push({ store, draft: result.draft });
    }
  }
  throwReasons("APPLY_REFUSED", problems);
  const config = documents.find(({ store }) => store.kind === "config");
  if (config === undefined) throw new TypeError("exactly one store is of kind config");
  return {
    ...{ config, documents, models, legacy, leftovers, leftoverEnvFiles, leftoverTexts },
    envFiles: [
      ...new Set(environmentFiles.map((path) => envFiles.get(path) ?? new EnvDraft(path, undefined))),
    ],
  };
}

/** The kinds of store in which a surface has places. */
function storeKinds({ targets }: Surface): ReadonlySet<string> {
  return new Set(["config", ...targets.map(({ store }) => store)]);
}

/** A reader that throws breaks its contract; what it threw is not shown. */
function read(store: AuditStore): ReadTextFileResult {
  try {
    return store.read();
  } catch {
    return { ok: false, reason: "unreadable", message: TEXT_FILE_FAILURES.unreadable };
  }
}

function unreadable(path: string, problem: string): DurarError {
  return applyError("APPLY_STORE_UNREADABLE", `${path}: ${problem}`, {
    hint: "let this user read it, or replace it by a regular file",
  });
}

function unparsed(
  path: string,
  { line, column, message }: { readonly line: number; readonly column: number; readonly message: string },
): DurarError {
  const rule = message.replace(/^line \d+, column \d+: /, "");
  return applyError("APPLY_STORE_UNREADABLE", `${path}:${line}:${column}: ${rule}`);
}

/** Every draft of a document, wherever it is used. */
export function documentsOf(desk: Desk): readonly DocumentDraft[] {
  const { documents, models, legacy, leftovers } = desk;
  return [...new Set([...documents, ...models, ...legacy, ...leftovers].map(({ draft }) => draft))];
}

/** Every `.env` file, leftovers last. */
export function envFilesOf({ envFiles, leftoverEnvFiles }: Desk): readonly EnvDraft[] {
  return [...envFiles, ...leftoverEnvFiles];
}
