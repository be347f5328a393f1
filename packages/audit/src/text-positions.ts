import type { Position } from "./finding-list.ts";

/**
 * The position of each of some ascending offsets of a text, in one pass: lines end at `\n`, `\r\n` and `\r`, columns
 * count code points, and a byte order mark at the start has none.
 */
export function textPositions(text: string, offsets: readonly number[]): Position[] {
  let line = 1;
  let column = 1;
  let reached = text.startsWith("\ufeff") ? 1 : 0;
  return offsets.map((offset) => {
    for (; reached < offset; reached++) {
      const code = text.charCodeAt(reached);
      if (code === 0x0a || (code === 0x0d && text.charCodeAt(reached + 1) !== 0x0a)) {
        line++;
        column = 1;
      } else if (!isSecondHalf(text, reached)) column++;
    }
    return { line, column };
  });
}

/** Whether the code unit ends a surrogate pair, which is one character. */
function isSecondHalf(text: string, offset: number): boolean {
  return (text.codePointAt(offset - 1) ?? 0) > 0xffff;
}
