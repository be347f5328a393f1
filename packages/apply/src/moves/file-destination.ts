import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { readTextFile, type JsonValue } from "@durar/config-document";
import { isForbiddenSegment, valueAt } from "@durar/credential-surface";
import { parseJsonPointer, type DurarError, type FileProviderConfig } from "@durar/secretref-schema";
import { isDeepStrictEqual } from "node:util";
import { judgePath } from "@durar/trusted-path";
import { DocumentDraft } from "../drafts/document-draft.ts";
import { MASK } from "../drafts/shown-value.ts";
import type { Edit } from "../types.ts";
import { taken, unusable, type Move } from "./moves.ts";

/** A file of a provider, with the values that are added to it. */
export interface FileDestination {
  readonly path: string;
  /** What it holds now; `undefined` where it does not exist. */
  readonly original: string | undefined;
  readonly content: string;
  readonly edits: readonly Edit[];
}

export type ReadDestination =
  | { readonly ok: true; readonly destination: FileDestination }
  | { readonly ok: false; readonly problems: readonly DurarError[] };

/** Adds values to the file of one provider, as text edits; a value that is there already is left as it is. */
export async function fileDestination(
  path: string,
  config: FileProviderConfig,
  moves: readonly Move[],
  signal: AbortSignal | undefined,
): Promise<ReadDestination> {
  const refuse = (why: string, hint?: string): ReadDestination => ({
    ok: false,
    problems: moves.map((move) => unusable(move, why, hint)),
  });
  const content = readTextFile(path, { maxBytes: config.maxBytes });
  if (!content.ok && content.reason !== "missing") return refuse(`${path}: ${content.message}`);
  const original = content.ok ? content.text : undefined;
  const untrusted = await distrust(path, config, original === undefined, signal);
  if (untrusted !== undefined) return refuse(untrusted.message, untrusted.remedy);
  const unwritable = await lackOfAccess(path, original === undefined);
  if (unwritable !== undefined) return refuse(unwritable);
  const result =
    config.mode === "singleValue"
      ? singleValue(path, original, moves)
      : jsonFile(path, original, moves, refuse);
  // Too large, it would give back none of its values any more.
  if (result.ok && Buffer.byteLength(result.destination.content) > config.maxBytes)
    return refuse(
      `${path} would be larger than maxBytes, ${config.maxBytes} bytes`,
      "raise maxBytes of the provider, or choose another one",
    );
  return result;
}

function singleValue(path: string, original: string | undefined, moves: readonly Move[]): ReadDestination {
  const problems: DurarError[] = [];
  let content = original ?? "";
  let added: Edit[] = [];
  for (const move of moves) {
    const { value } = move;
    if (move.ref.id !== "value") problems.push(unusable(move, 'the id of a single-value file is "value"'));
    else if (typeof value !== "string")
      problems.push(unusable(move, "the file holds text, and the value is an object"));
    else if (singleValueIn(content) === value) continue;
    else if (content.trim() !== "") problems.push(taken(move, `${path} holds another value already`));
    else if (singleValueIn(`${value}\n`) !== value || /\p{Surrogate}/u.test(value))
      problems.push(unusable(move, "a file of one value would not give it back as it is"));
    else {
      content = `${value}\n`;
      added = [{ file: path, line: 1, path: "value", action: "add-value", becomes: MASK }];
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, destination: { path, original, content, edits: added } };
}

/** What a provider reads in a file of one value. */
function singleValueIn(content: string): string {
  return content.replace(/^\ufeff/, "").replace(/\r?\n$/, "");
}

function jsonFile(
  path: string,
  original: string | undefined,
  moves: readonly Move[],
  refuse: (why: string) => ReadDestination,
): ReadDestination {
  const file = { path, format: "json" } as const;
  const read = original === undefined ? undefined : DocumentDraft.read(file, original);
  if (read?.ok === false)
    return refuse(`${path}:${read.problem.line}:${read.problem.column}: ${read.problem.message}`);
  const draft = read?.draft ?? DocumentDraft.absent(file);
  const problems: DurarError[] = [];
  for (const move of moves) {
    const pointer = parseJsonPointer(move.ref.id);
    if (pointer === undefined) problems.push(unusable(move, 'the id "value" is that of a single-value file'));
    else if (pointer.some(isForbiddenSegment))
      problems.push(unusable(move, "a segment of its id is forbidden"));
    else {
      const present = valueAt(draft.value, pointer);
      if (present === undefined) draft.set(pointer, move.value as JsonValue, "add-value", MASK);
      else if (!isDeepStrictEqual(present, move.value))
        problems.push(taken(move, `${path} holds another value at ${move.ref.id} already`));
    }
  }
  const projected = draft.project();
  if (!projected.ok) problems.push(...projected.problems);
  if (!projected.ok || problems.length > 0) return { ok: false, problems };
  return { ok: true, destination: { path, original, content: projected.text, edits: draft.edits } };
}

/** Why the provider would not read the file, or one that is made there; judged by the provider's own rules. */
async function distrust(
  path: string,
  { allowInsecurePath, allowSymlinkPath, trustedDirs }: FileProviderConfig,
  isNew: boolean,
  signal: AbortSignal | undefined,
): Promise<{ readonly message: string; readonly remedy: string } | undefined> {
  const verdict = await judgePath(path, {
    purpose: "secret-file",
    allowInsecure: allowInsecurePath,
    allowSymlink: allowSymlinkPath,
    trustedDirs,
    signal,
  });
  if (verdict.trusted || (isNew && verdict.rule === "missing" && verdict.component === path))
    return undefined;
  return verdict;
}

async function lackOfAccess(path: string, isNew: boolean): Promise<string | undefined> {
  try {
    await access(dirname(path), constants.W_OK | constants.X_OK);
    if (!isNew) await access(path, constants.W_OK);
    return undefined;
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    return `${path} cannot be written (${code})`;
  }
}
