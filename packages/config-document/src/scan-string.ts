import {
  BACKSLASH,
  CARRIAGE_RETURN,
  codeAt,
  isDigit,
  isHexDigit,
  isLineTerminator,
  LINE_FEED,
  SPACE,
} from "./characters.ts";
import { fail, type Cursor } from "./cursor.ts";

/** Reads the string whose opening quote is at the cursor, and moves the cursor behind its closing one. */
export function scanString(cursor: Cursor): string {
  const { text, strict, offset: open } = cursor;
  const quote = text.charCodeAt(open);
  let value = "";
  let from = open + 1;
  for (let offset = from; offset < text.length;) {
    const code = text.charCodeAt(offset);
    if (code === quote) {
      cursor.offset = offset + 1;
      return value + text.slice(from, offset);
    }
    if (code === BACKSLASH) {
      value += text.slice(from, offset);
      cursor.offset = offset + 1;
      value += scanEscape(cursor, open);
      from = offset = cursor.offset;
    } else {
      if (code < SPACE) refuseControl(code, strict, offset);
      offset++;
    }
  }
  fail("unclosed-string", open);
}

function refuseControl(code: number, strict: boolean, offset: number): void {
  if (code === LINE_FEED || code === CARRIAGE_RETURN) fail("string-line-break", offset);
  if (strict) fail("json-control-character", offset);
}

const jsonEscapes = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** Reads what follows a backslash, at the cursor, and moves the cursor behind it. */
function scanEscape(cursor: Cursor, open: number): string {
  const { text, strict, offset } = cursor;
  if (offset >= text.length) fail("unclosed-string", open);
  const character = text.charAt(offset);
  cursor.offset++;
  const known = jsonEscapes.get(character);
  if (known !== undefined) return known;
  if (character === "u") return scanHexadecimal(cursor, 4);
  if (strict) fail("invalid-escape", offset - 1);
  return scanJson5Escape(character, cursor);
}

/** JSON5 section 5.1: the escapes of ECMAScript 5.1; a character without a meaning of its own stands for itself. */
function scanJson5Escape(character: string, cursor: Cursor): string {
  const { text, offset } = cursor;
  const code = character.charCodeAt(0);
  if (character === "x") return scanHexadecimal(cursor, 2);
  if (character === "v") return "\v";
  if (character === "0" && !isDigit(codeAt(text, offset))) return "\0";
  if (isDigit(code)) fail("invalid-escape", offset - 2);
  if (!isLineTerminator(code)) return character;
  // An escaped line break continues the string on the next line, and is not part of it.
  if (code === CARRIAGE_RETURN && codeAt(text, offset) === LINE_FEED) cursor.offset++;
  return "";
}

/** Reads the digits of a `\x` or `\u`, and answers the code unit they stand for. */
export function scanHexadecimal(cursor: Cursor, digits: number): string {
  const { text, offset: start } = cursor;
  const end = start + digits;
  for (let offset = start; offset < end; offset++)
    if (!isHexDigit(codeAt(text, offset))) fail("invalid-escape", start - 2);
  cursor.offset = end;
  return String.fromCharCode(Number.parseInt(text.slice(start, end), 16));
}
