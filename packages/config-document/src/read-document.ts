import { ConfigDocument } from "./config-document.ts";
import { ScanFailure } from "./cursor.ts";
import { type DocumentProblem } from "./document-rules.ts";
import { LineIndex } from "./line-index.ts";
import { problemAt } from "./problem.ts";
import { scanDocument, type DocumentLimits } from "./scan-document.ts";

/** The bounds of a document where none are given. */
export const DOCUMENT_LIMITS: DocumentLimits = Object.freeze({ maxDepth: 200, maxEntries: 1_000_000 });

export interface ReadDocumentOptions extends Partial<DocumentLimits> {
  /** @default "json5" */
  readonly format?: "json5" | "json";
}

export type ReadDocumentResult =
  | { readonly ok: true; readonly document: ConfigDocument }
  | { readonly ok: false; readonly error: DocumentProblem };

/**
 * Reads a JSON5 or JSON document with the position of every value. Linear in the length of the text, without
 * recursion. A byte order mark at the start is skipped. A document that breaks a rule is answered, not thrown; the
 * answer holds nothing of its content.
 */
export function readDocument(text: string, options: ReadDocumentOptions = {}): ReadDocumentResult {
  const settings = Object.freeze({ format: "json5" as const, ...DOCUMENT_LIMITS, ...options });
  const lines = new LineIndex(text);
  try {
    const scanned = scanDocument(text, settings.format === "json", settings);
    return { ok: true, document: new ConfigDocument(text, lines, scanned, settings) };
  } catch (error) {
    if (!(error instanceof ScanFailure)) throw error;
    return { ok: false, error: problemAt(lines, error.rule, error.offset) };
  }
}
