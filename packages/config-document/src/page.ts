import {
  CARRIAGE_RETURN,
  codeAt,
  isLineTerminator,
  isWhiteSpace,
  LINE_FEED,
  SPACE,
  TAB,
} from "./characters.ts";
import type { ConfigDocument } from "./config-document.ts";
import type { CommentNode, TextRange } from "./nodes.ts";

/** A document as lines of text. Each of its questions takes steps in the white space around, or few. */
export interface Page {
  readonly text: string;
  readonly strict: boolean;
  readonly comments: readonly CommentNode[];
  readonly lineStarts: readonly number[];
}

// Beyond this, indentation is cut: copied into many lines it would take more than the document itself.
const widestIndent = 1000;

export function pageOf({ text, comments, settings }: ConfigDocument): Page {
  const lineStarts = [0];
  for (let offset = 0; offset < text.length; offset++)
    if (isLineTerminator(text.charCodeAt(offset))) {
      offset = lineBreakEnd(text, offset) - 1;
      lineStarts.push(offset + 1);
    }
  return { text, strict: settings.format === "json", comments, lineStarts };
}

/** Where the line break ends that starts at the offset. */
export function lineBreakEnd(text: string, offset: number): number {
  const isPair = codeAt(text, offset) === CARRIAGE_RETURN && codeAt(text, offset + 1) === LINE_FEED;
  return offset + (isPair ? 2 : 1);
}

/** Where the line starts that holds the offset. */
export function lineStart({ lineStarts }: Page, offset: number): number {
  return lineStarts[lastAtOrBefore(lineStarts.length, (index) => lineStarts[index] ?? 0, offset)] ?? 0;
}

/** The tabs and spaces that start the line of the offset. */
export function indentAt(page: Page, offset: number): string {
  const start = lineStart(page, offset);
  let end = start;
  while (end - start < widestIndent && isBlank(codeAt(page.text, end))) end++;
  return page.text.slice(start, end);
}

/** Whether a line comment ends at the offset. */
export function endsLineComment({ comments }: Page, offset: number): boolean {
  const comment = comments[lastAtOrBefore(comments.length, (index) => comments[index]?.end ?? 0, offset)];
  return comment?.type === "line-comment" && comment.end === offset;
}

/** Whether a line starts behind `start` and not behind `end`. */
export function hasLineBreak(page: Page, { start, end }: TextRange): boolean {
  return lineStart(page, end) > start;
}

/** The start of the white space that ends at the offset, line breaks in it or not. */
export function spaceBefore(text: string, offset: number, breaks: "breaks" | "no-breaks"): number {
  let start = offset;
  while (start > 0 && isSpace(text.charCodeAt(start - 1), breaks)) start--;
  return start;
}

/** The end of the white space of this line that starts at the offset. */
export function spaceAfter(text: string, offset: number): number {
  let end = offset;
  while (isSpace(codeAt(text, end), "no-breaks")) end++;
  return end;
}

function isSpace(code: number, breaks: "breaks" | "no-breaks"): boolean {
  return isWhiteSpace(code) && (breaks === "breaks" || !isLineTerminator(code));
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** The last index whose value is the offset or less, in a rising row; -1 where there is none. */
function lastAtOrBefore(length: number, valueAt: (index: number) => number, offset: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(middle) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
