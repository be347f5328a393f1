/** Where an offset lies in a text: line and column from 1, the column in characters (code points). */
export function textPosition(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (const { index, 0: lineBreak } of text.slice(0, offset).matchAll(/\r\n|\n|\r/g)) {
    line += 1;
    start = index + lineBreak.length;
  }
  let column = 1;
  for (let index = start; index < offset; index += text.codePointAt(index)! > 0xffff ? 2 : 1) column += 1;
  return { line, column };
}
