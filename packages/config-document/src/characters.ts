export const TAB = 0x09;
export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;
export const SPACE = 0x20;
export const DOUBLE_QUOTE = 0x22;
export const DOLLAR = 0x24;
export const SINGLE_QUOTE = 0x27;
export const ASTERISK = 0x2a;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const DOT = 0x2e;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const LEFT_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const RIGHT_BRACKET = 0x5d;
export const UNDERSCORE = 0x5f;
export const LEFT_BRACE = 0x7b;
export const RIGHT_BRACE = 0x7d;
export const BYTE_ORDER_MARK = 0xfeff;

/** The code unit at an offset, or -1 past the end: a number that equals no character, and stays a small integer. */
export function codeAt(text: string, offset: number): number {
  return offset < text.length ? text.charCodeAt(offset) : -1;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

export function isAsciiLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

/** ECMAScript's LineTerminator, which ends a line comment in JSON5 and a line of a `.env` file. */
export function isLineTerminator(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN || code === 0x2028 || code === 0x2029;
}

/** ECMAScript's WhiteSpace and LineTerminator: JSON5's white space, and `\s` in a regular expression. */
export function isWhiteSpace(code: number): boolean {
  if (code <= SPACE) return code === SPACE || (code >= TAB && code <= CARRIAGE_RETURN);
  return (
    code >= 0xa0 &&
    (code === 0xa0 ||
      code === 0x1680 ||
      (code >= 0x2000 && code <= 0x200a) ||
      code === 0x2028 ||
      code === 0x2029 ||
      code === 0x202f ||
      code === 0x205f ||
      code === 0x3000 ||
      code === BYTE_ORDER_MARK)
  );
}

/** The offset of the first character from here on that is no white space, or the end of the text. */
export function skipWhiteSpace(text: string, from: number): number {
  let offset = from;
  while (isWhiteSpace(codeAt(text, offset))) offset++;
  return offset;
}

/** The offset of the first line terminator from here on, or the end of the text. */
export function endOfLine(text: string, from: number): number {
  let offset = from;
  while (offset < text.length && !isLineTerminator(text.charCodeAt(offset))) offset++;
  return offset;
}

/** RFC 8259 section 2: the four characters JSON counts as white space. */
export function isJsonWhiteSpace(code: number): boolean {
  return code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB;
}

/** Whether the code unit at the offset is the second of a surrogate pair. */
export function endsSurrogatePair(text: string, offset: number): boolean {
  return (
    offset > 0 &&
    (text.charCodeAt(offset) & 0xfc00) === 0xdc00 &&
    (text.charCodeAt(offset - 1) & 0xfc00) === 0xd800
  );
}
