import { codeAt } from "./characters.ts";
import type { DocumentRule } from "./document-rules.ts";
import type { CommentNode } from "./nodes.ts";

/** Where the scanner stands in its text. */
export interface Cursor {
  readonly text: string;
  /** Whether the text is JSON, and not JSON5. */
  readonly strict: boolean;
  offset: number;
  /** The comments passed so far, and how many there may be. */
  readonly comments: CommentNode[];
  readonly maxComments: number;
}

/** The code unit at the cursor, -1 at the end. */
export function peek(cursor: Cursor): number {
  return codeAt(cursor.text, cursor.offset);
}

/** How the scanner stops; {@link scanDocument} catches it, so it never leaves this package. */
export class ScanFailure extends Error {
  readonly rule: DocumentRule;
  readonly offset: number;

  constructor(rule: DocumentRule, offset: number) {
    super(rule);
    this.rule = rule;
    this.offset = offset;
  }
}

export function fail(rule: DocumentRule, offset: number): never {
  throw new ScanFailure(rule, offset);
}

/** Fails because of what stands at the cursor, or because nothing more does. */
export function failHere(rule: DocumentRule, cursor: Cursor): never {
  fail(cursor.offset < cursor.text.length ? rule : "unexpected-end", cursor.offset);
}
