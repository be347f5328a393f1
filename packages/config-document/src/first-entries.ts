import { gapAfter } from "./gap.ts";
import { containerOf, type DraftEntry } from "./json-draft.ts";
import type { ContainerPlan } from "./edit-plan.ts";
import type { ArrayNode, ObjectNode } from "./nodes.ts";
import { indentAt, lineStart, spaceBefore, type Page } from "./page.ts";
import { renderEntry, renderValue, type Place } from "./render-value.ts";
import type { TextEdit } from "./text-edits.ts";
import type { TextStyle } from "./text-style.ts";

/** Writes the first entries of a container that has none: behind the comments that it may hold. */
export function firstEntries(
  page: Page,
  plan: ContainerPlan,
  style: TextStyle,
  layout: Place["layout"],
): TextEdit {
  const { node, appended } = plan;
  const { start, end } = node;
  const gap = gapAfter(page, start + 1);
  const outer = indentAt(page, start);
  if (gap.comments.length === 0 && !gap.breaks) {
    const place: Place = { indent: outer, column: start - lineStart(page, start), layout };
    return { start, end, newText: renderValue(containerOf(node.type, appended), style, place) };
  }
  const at = gap.comments.at(-1)?.end ?? start + 1;
  if (!gap.breaks) {
    const place: Place = { indent: outer, column: 0, layout: "one-line" };
    const texts = appended.map((entry) => renderEntry(entry, style, place));
    return { start: at, end: at, newText: ` ${texts.join(`,${style.commaSpace}`)}` };
  }
  return ownLines(page, node, style, appended, at);
}

function ownLines(
  page: Page,
  node: ObjectNode | ArrayNode,
  style: TextStyle,
  appended: readonly DraftEntry[],
  at: number,
): TextEdit {
  const close = node.end - 1;
  const outer = indentAt(page, node.start);
  const comment = gapAfter(page, node.start + 1).comments.at(-1);
  const startsLine =
    comment !== undefined &&
    spaceBefore(page.text, comment.start, "no-breaks") === lineStart(page, comment.start);
  const indent = startsLine ? indentAt(page, comment.start) : outer + style.unit;
  const place: Place = { indent, column: indent.length, layout: "short" };
  const lines = appended.map((entry) => style.lineBreak + indent + renderEntry(entry, style, place));
  const newText = lines.join(",") + (style.trailingComma ? "," : "");
  if (lineStart(page, close) > at) return { start: at, end: at, newText };
  return { start: at, end: close, newText: newText + style.lineBreak + outer };
}
