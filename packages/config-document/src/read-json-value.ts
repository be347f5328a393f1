import {
  BACKSLASH,
  BYTE_ORDER_MARK,
  COMMA,
  DOUBLE_QUOTE,
  LEFT_BRACE,
  LEFT_BRACKET,
  RIGHT_BRACE,
  RIGHT_BRACKET,
} from "./characters.ts";
import type { DocumentProblem } from "./document-rules.ts";
import { DOCUMENT_LIMITS, readDocument } from "./read-document.ts";
import type { DocumentLimits } from "./scan-document.ts";

export type ReadJsonValueResult =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: DocumentProblem };

/**
 * Reads the plain value of a JSON document at the speed of `JSON.parse`, with the bounds and errors of `readDocument`
 * (format `json`): a byte order mark is skipped, and a document that breaks a rule is answered with the position.
 */
export function readJsonValue(text: string, options: Partial<DocumentLimits> = {}): ReadJsonValueResult {
  const limits = { ...DOCUMENT_LIMITS, ...options };
  if (isSmall(text, limits) || isWithin(text, limits)) {
    try {
      return { ok: true, value: JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text) };
    } catch {
      // The engine's message quotes the text; the scanner below finds the rule and the position.
    }
  }
  const result = readDocument(text, { ...limits, format: "json" });
  return result.ok ? { ok: true, value: result.document.value } : result;
}

/** Whether a text has too few characters and brackets to break a limit, as most have: a fraction of the parser's time. */
function isSmall(text: string, { maxDepth, maxEntries }: DocumentLimits): boolean {
  // An entry takes at least two characters: itself, and the comma or bracket before it.
  if (!(text.length <= 2 * maxEntries)) return false;
  let brackets = 0;
  for (const bracket of ["{", "["])
    for (let offset = text.indexOf(bracket); offset >= 0; offset = text.indexOf(bracket, offset + 1))
      if (!(++brackets <= maxDepth)) return false;
  return true;
}

/**
 * Whether brackets and commas alone show that a document keeps its limits. The answer may be wrong about text that is
 * no JSON, which `JSON.parse` then refuses, and may be a needless no, which the scanner then sets right.
 */
function isWithin(text: string, { maxDepth, maxEntries }: DocumentLimits): boolean {
  let depth = 0;
  let entries = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (code === DOUBLE_QUOTE) {
      offset = endOfString(text, offset);
    } else if (code === LEFT_BRACE || code === LEFT_BRACKET) {
      entries++;
      if (!(++depth <= maxDepth)) return false;
    } else if (code === RIGHT_BRACE || code === RIGHT_BRACKET) depth--;
    else if (code === COMMA) entries++;
  }
  return entries <= maxEntries;
}

/** The offset of the quote that closes a string; the text's end where none does. */
function endOfString(text: string, open: number): number {
  for (let quote = text.indexOf('"', open + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let start = quote;
    while (text.charCodeAt(start - 1) === BACKSLASH) start--;
    if ((quote - start) % 2 === 0) return quote;
  }
  return text.length;
}
