import { lineBreakEnd, lineStart, endsLineComment, spaceAfter, spaceBefore, type Page } from "./page.ts";
import { codeAt, isLineTerminator } from "./characters.ts";
import type { TextRange } from "./nodes.ts";

/** Something to be cut out. */
export interface Cut extends TextRange {
  /** Whether the white space around it stays. */
  readonly bare: boolean;
}

/**
 * Widens cuts of one container, given in the order of the text, by the white space that would be left over: whole
 * lines where nothing else stands on them, line ends, the space before the next entry or the closing bracket.
 * `close` is where that bracket stands.
 */
export function widenCuts(page: Page, cuts: readonly Cut[], close: number): TextRange[] {
  const wide: TextRange[] = [];
  for (const { start, end, bare } of joinOnLine(page, cuts)) {
    const left = spaceBefore(page.text, start, "no-breaks");
    const right = spaceAfter(page.text, end);
    const endsLine = isLineTerminator(codeAt(page.text, right));
    if (bare) wide.push({ start, end });
    else if (endsLine && left === lineStart(page, start))
      wide.push({ start: left, end: lineBreakEnd(page.text, right) });
    else if (endsLine) wide.push({ start: left, end: right });
    else if (right === close) wide.push({ start: leftOfLast(page, start, wide), end });
    else wide.push({ start, end: right });
  }
  return wide;
}

/** Joins cuts between which there is nothing but white space of one line. */
function joinOnLine({ text }: Page, cuts: readonly Cut[]): Cut[] {
  const joined: Cut[] = [];
  for (const cut of cuts) {
    const last = joined.at(-1);
    if (last === undefined || spaceAfter(text, last.end) < cut.start) joined.push(cut);
    else joined.splice(-1, 1, { start: last.start, end: cut.end, bare: false });
  }
  return joined;
}

/** Where the white space starts before the last cut of a container, across line breaks and the cuts before it. */
function leftOfLast(page: Page, start: number, before: TextRange[]): number {
  let left = spaceBefore(page.text, start, "breaks");
  for (let last = before.at(-1); last !== undefined && last.end >= left; last = before.at(-1)) {
    before.pop();
    left = spaceBefore(page.text, last.start, "breaks");
  }
  // What ends a line comment has to stay.
  return endsLineComment(page, left) ? lineBreakEnd(page.text, left) : left;
}
