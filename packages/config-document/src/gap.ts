import { COMMA, isLineTerminator } from "./characters.ts";
import { peek, type Cursor } from "./cursor.ts";
import type { ArrayNode, CommentNode, ObjectNode, TextRange } from "./nodes.ts";
import type { Page } from "./page.ts";
import { skipTrivia } from "./scan-trivia.ts";

/** What stands between two entries, or between an entry and a bracket. */
export interface Gap {
  /** Where the comma is; `undefined` where there is none. */
  readonly comma: number | undefined;
  readonly comments: readonly CommentNode[];
  /** The first line break outside comments, or where the gap ends. */
  readonly lineEnd: number;
  /** Whether there is such a line break. */
  readonly breaks: boolean;
}

/** Reads the gap that starts behind an entry or an opening bracket. */
export function gapAfter({ text, strict }: Page, start: number): Gap {
  const cursor: Cursor = { text, strict, offset: start, comments: [], maxComments: Infinity };
  skipTrivia(cursor);
  let comma: number | undefined;
  if (peek(cursor) === COMMA) {
    comma = cursor.offset++;
    skipTrivia(cursor);
  }
  const { comments, offset: end } = cursor;
  const lineEnd = firstLineBreak(text, start, end, comments);
  return { comma, comments, lineEnd, breaks: lineEnd < end };
}

function firstLineBreak(text: string, start: number, end: number, comments: readonly CommentNode[]): number {
  let offset = start;
  for (const comment of [...comments, { start: end, end }]) {
    for (; offset < comment.start; offset++) if (isLineTerminator(text.charCodeAt(offset))) return offset;
    offset = comment.end;
  }
  return end;
}

/**
 * The comments that belong to the entry before the gap: those on its line, and of these the ones before the comma
 * only where another entry follows on the line.
 */
export function ownComments(gap: Gap, entryFollows: boolean): readonly CommentNode[] {
  const limit = entryFollows && !gap.breaks ? (gap.comma ?? gap.lineEnd) : gap.lineEnd;
  return gap.comments.filter(({ start }) => start < limit);
}

/** The ranges of a container's entries: members from their keys on. */
export function entryRanges(node: ObjectNode | ArrayNode): readonly TextRange[] {
  if (node.type === "array") return node.elements;
  return node.members.map(({ keyStart, value }) => ({ start: keyStart, end: value.end }));
}

/** Where the gap before an entry starts: behind the entry before it, or the opening bracket. */
export function gapStart(node: ObjectNode | ArrayNode, entries: readonly TextRange[], index: number): number {
  return entries[index - 1]?.end ?? node.start + 1;
}
