import {
  applyTextEdits,
  readDocument,
  type CommentNode,
  type ConfigDocument,
  type TextEdit,
  type TextRange,
} from "@durar/config-document";
import { findHidden } from "./find-hidden.ts";
import { reservedWords } from "./reserved-words.ts";
import type { RedactionRules } from "./types.ts";

/** A configuration as it may be shown. */
export interface RedactedDocument {
  /** The plain value of `raw`. */
  readonly config: unknown;
  /** The text, with the sentinel in the place of each secret and every other byte as it was. */
  readonly raw: string;
}

/**
 * Makes what may be shown of a configuration. Hidden are plaintext credentials, wherever the surface or a telling name
 * places them, URLs with a user name or password, and whatever holds a known secret; inside comments just the secret.
 * Refs and templates show. Member names and the ids of entries always show, even one that holds a secret.
 *
 * @param secrets every secret the server knows; those of 8 or more characters are looked for, and so are the
 *   document's own
 */
export function redactDocument(
  document: ConfigDocument,
  secrets: Iterable<string>,
  rules: RedactionRules,
): RedactedDocument {
  const hidden = findHidden(document, secrets, reservedWords(rules.sentinel), rules);
  const edits: TextEdit[] = [];
  for (const { start, end } of hidden.values) {
    const quote = document.text.startsWith("'", start) ? "'" : '"';
    edits.push({ start, end, newText: quote + rules.sentinel + quote });
  }
  for (const ranges of hidden.comments.values())
    for (const range of ranges) edits.push({ ...range, newText: rules.sentinel });
  const raw = applyTextEdits(
    document.text,
    edits.sort((a, b) => a.start - b.start),
  );
  return { config: valueOf(raw), raw };
}

/** A comment as redaction shows it. */
export function redactComment(
  { text }: ConfigDocument,
  comment: CommentNode,
  ranges: readonly TextRange[],
  sentinel: string,
): string {
  const edits = ranges.map(({ start, end }) => ({
    start: start - comment.start,
    end: end - comment.start,
    newText: sentinel,
  }));
  return applyTextEdits(text.slice(comment.start, comment.end), edits);
}

function valueOf(raw: string): unknown {
  // The document itself kept the limits of its reader; a value takes fewer entries than what it stands for.
  const result = readDocument(raw, { maxDepth: Infinity, maxEntries: Infinity });
  if (!result.ok) throw new TypeError("the sentinel cannot stand in a quoted string");
  return result.document.value;
}
