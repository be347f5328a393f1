import { appendedEntries } from "./appended-entries.ts";
import type { ContainerPlan } from "./edit-plan.ts";
import { firstEntries } from "./first-entries.ts";
import { entryRanges, gapAfter, gapStart } from "./gap.ts";
import type { Draft } from "./json-draft.ts";
import type { ValueNode } from "./nodes.ts";
import { hasLineBreak, indentAt, lineStart, spaceBefore, type Page } from "./page.ts";
import { lastKept, removedRanges } from "./removed-entries.ts";
import { renderEntry, renderValue, type Place } from "./render-value.ts";
import { quoteAt } from "./style-evidence.ts";
import type { TextEdit } from "./text-edits.ts";
import { containerStyle, type TextStyle } from "./text-style.ts";

/** The edits that carry out a plan for one container, those at one offset in the order in which they apply. */
export function editContainer(
  page: Page,
  plan: ContainerPlan,
  document: TextStyle,
  isRoot: boolean,
): TextEdit[] {
  const { node, removed, replaced, appended } = plan;
  const entries = entryRanges(node);
  const values = node.type === "array" ? node.elements : node.members.map(({ value }) => value);
  const style = containerStyle(page, node, document);
  const edits: TextEdit[] = [];

  for (const [index, draft] of replaced) {
    const value = values[index];
    if (value !== undefined) edits.push(replacedValue(page, value, draft, style, placeOf(index, value)));
  }

  if (entries.length === 0) {
    const layout = isRoot ? "lines" : hasOwnLine(page, plan.entryStart) ? "short" : "one-line";
    return appended.length > 0 ? [firstEntries(page, plan, style, layout)] : [];
  }
  const kept = lastKept(entries.length, removed);
  const [first, ...others] = appended;
  const last = entries.at(-1);
  // Where no entry stays, the first new one takes the place of the last old one.
  const slot = kept < 0 && first !== undefined ? entries.length - 1 : undefined;
  if (slot !== undefined && first !== undefined && last !== undefined) {
    const value = values[slot];
    const place = value && { ...placeOf(slot, value), column: last.start - lineStart(page, last.start) };
    if (place) edits.push({ start: last.start, end: last.end, newText: renderEntry(first, style, place) });
    edits.push(
      ...appendedEntries(page, node, style, { index: slot, keepsComments: false, isLast: true }, others),
    );
  } else {
    const anchor = { index: kept, keepsComments: true, isLast: kept === entries.length - 1 };
    edits.push(...appendedEntries(page, node, style, anchor, appended));
  }
  for (const range of removedRanges(page, plan, slot)) edits.push({ ...range, newText: "" });
  return edits;

  function placeOf(index: number, value: ValueNode): Place {
    const ownLine = gapAfter(page, gapStart(node, entries, index)).breaks;
    return {
      indent: indentAt(page, value.start),
      column: value.start - lineStart(page, value.start),
      layout: ownLine || hasLineBreak(page, value) ? "short" : "one-line",
    };
  }
}

/** Whether nothing but white space stands before the offset on its line. */
function hasOwnLine(page: Page, offset: number): boolean {
  return spaceBefore(page.text, offset, "no-breaks") === lineStart(page, offset);
}

/** Writes a value over another one, a string in the quotes of the string before. */
export function replacedValue(
  page: Page,
  value: ValueNode,
  draft: Draft,
  style: TextStyle,
  place: Place,
): TextEdit {
  const quote = quoteAt(page.text, value.start) ?? style.quote;
  return { start: value.start, end: value.end, newText: renderValue(draft, { ...style, quote }, place) };
}
