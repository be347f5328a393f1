import { isAbsolute, normalize } from "node:path";
import { isTransaction } from "./transaction.ts";

/** What a commit does to one file. The hashes are SHA-256 in hexadecimal; `null` is no file. */
export interface JournaledFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What a commit of many files is about to do, with no content in it: that is in the stages, which its name leads to. */
export interface Journal {
  readonly version: 1;
  readonly transaction: string;
  readonly files: readonly JournaledFile[];
}

/** What a commit does to a file when it undoes what this one did. */
export function reversed({ path, before, after }: JournaledFile): JournaledFile {
  return { path, before: after, after: before };
}

/** How large a journal may be. */
export const JOURNAL_LIMITS = Object.freeze({ bytes: 1024 * 1024, files: 10_000 });

/** The text of a journal: one line of JSON, always the same for the same journal. */
export function writeJournalText({ transaction, files }: Journal): string {
  const listed = files.map(({ path, before, after }) => ({ path, before, after }));
  return `${JSON.stringify({ version: 1, transaction, files: listed })}\n`;
}

/** Why a journal of these files would be larger than any that is read back, or `undefined`. */
export function tooLarge(realPaths: readonly string[]): string | undefined {
  if (realPaths.length > JOURNAL_LIMITS.files) return `more than ${JOURNAL_LIMITS.files} files`;
  const hash = "0".repeat(64);
  const files = realPaths.map((path) => ({ path, before: hash, after: hash }));
  const bytes = Buffer.byteLength(writeJournalText({ version: 1, transaction: hash.slice(48), files }));
  return bytes > JOURNAL_LIMITS.bytes ? `more than ${JOURNAL_LIMITS.bytes} bytes` : undefined;
}

/** Reads what {@link writeJournalText} wrote, to the letter. @returns `undefined` for anything else */
export function readJournalText(text: string): Journal | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !isTransaction(value["transaction"]) || !Array.isArray(value["files"]))
    return undefined;
  const { transaction } = value;
  const files = (value["files"] as readonly unknown[]).filter(isJournaledFile);
  const journal: Journal = { version: 1, transaction, files };
  const distinct = new Set(files.map(({ path }) => path)).size === files.length;
  const bounded = files.length > 0 && files.length <= JOURNAL_LIMITS.files;
  // Other keys, another version, twice the same key, an entry that is none: it would not be written like this.
  return distinct && bounded && writeJournalText(journal) === text ? journal : undefined;
}

function isJournaledFile(value: unknown): value is JournaledFile {
  if (!isRecord(value)) return false;
  const { path, before, after } = value;
  return typeof path === "string" && isPlain(path) && isHash(before) && isHash(after) && before !== after;
}

function isPlain(path: string): boolean {
  return isAbsolute(path) && normalize(path) === path && !path.endsWith("/") && !path.includes("\0");
}

function isHash(value: unknown): value is string | null {
  return value === null || (typeof value === "string" && /^[0-9a-f]{64}$/.test(value));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
