import { entryRanges, gapAfter, gapStart, ownComments } from "./gap.ts";
import type { DraftEntry } from "./json-draft.ts";
import type { ArrayNode, ObjectNode } from "./nodes.ts";
import { hasLineBreak, indentAt, type Page } from "./page.ts";
import { renderEntry, type Place } from "./render-value.ts";
import type { TextEdit } from "./text-edits.ts";
import type { TextStyle } from "./text-style.ts";

/** The entry that others are to follow. */
export interface Anchor {
  readonly index: number;
  /** Whether the comments behind it on its line stay. */
  readonly keepsComments: boolean;
  /** Whether no other entry stands behind it, not even one that goes. */
  readonly isLast: boolean;
}

/** Writes entries behind another one: on lines of their own where that one has its own, else on its line. */
export function appendedEntries(
  page: Page,
  node: ObjectNode | ArrayNode,
  style: TextStyle,
  anchor: Anchor,
  appended: readonly DraftEntry[],
): TextEdit[] {
  const entries = entryRanges(node);
  const last = entries[anchor.index];
  if (last === undefined || appended.length === 0) return [];
  const gap = gapAfter(page, last.end);
  const comments = anchor.keepsComments ? ownComments(gap, !anchor.isLast) : [];
  const at = Math.max(last.end, (gap.comma ?? -1) + 1, comments.at(-1)?.end ?? 0);
  const ending = gapAfter(page, entries.at(-1)?.end ?? last.end).comma === undefined ? "" : ",";

  const hasOwnLine = gapAfter(page, gapStart(node, entries, anchor.index)).breaks;
  if (hasOwnLine || comments.at(-1)?.type === "line-comment") {
    const indent = hasOwnLine ? indentAt(page, last.start) : indentAt(page, node.start) + style.unit;
    const place: Place = { indent, column: indent.length, layout: "short" };
    const lines = appended.map((entry) => style.lineBreak + indent + renderEntry(entry, style, place));
    const comma = gap.comma === undefined ? [{ start: last.end, end: last.end, newText: "," }] : [];
    return [...comma, { start: at, end: at, newText: lines.join(",") + ending }];
  }
  const place: Place = {
    indent: indentAt(page, last.end),
    column: 0,
    layout: hasLineBreak(page, last) ? "lines" : "one-line",
  };
  const texts = appended.map((entry) => style.commaSpace + renderEntry(entry, style, place));
  const comma = gap.comma === undefined ? "," : "";
  return [{ start: at, end: at, newText: comma + texts.join(",") + ending }];
}
