import type { TextRange } from "./nodes.ts";

/** One change of a text: `newText` takes the place of what stands in the range. It may hold secrets. */
export interface TextEdit extends TextRange {
  readonly newText: string;
}

/**
 * Applies edits to the text they were made for, and answers the new text. Linear in the text and the edits.
 * @throws RangeError where edits overlap, are not in the order of the text, or reach beyond it
 */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end, newText } of edits) {
    if (!(start >= from && end >= start && end <= text.length))
      throw new RangeError("edits overlap, are out of order or reach beyond the text");
    pieces.push(text.slice(from, start), newText);
    from = end;
  }
  pieces.push(text.slice(from));
  return pieces.join("");
}

/** Puts edits in the order of the text and joins those that touch; of two at one offset the earlier stays first. */
export function orderEdits(edits: readonly TextEdit[]): TextEdit[] {
  const ordered: TextEdit[] = [];
  for (const edit of [...edits].sort((one, other) => one.start - other.start)) {
    const last = ordered.at(-1);
    if (last?.end !== edit.start) ordered.push(edit);
    else ordered.splice(-1, 1, { start: last.start, end: edit.end, newText: last.newText + edit.newText });
  }
  return ordered;
}
