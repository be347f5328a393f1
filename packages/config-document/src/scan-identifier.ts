import { BACKSLASH, codeAt, DOLLAR, isAsciiLetter, isDigit, UNDERSCORE } from "./characters.ts";
import { fail, type Cursor } from "./cursor.ts";
import { scanHexadecimal } from "./scan-string.ts";

// The categories of ECMAScript 5.1 section 7.6, to which JSON5 refers.
const letter = /^[\p{L}\p{Nl}]$/u;
const letterOrMark = /^[\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\u200c\u200d]$/u;

/** Whether a JSON5 name may start with the character at the offset (ECMAScript 5.1's IdentifierStart, no escape). */
export function isIdentifierStart(text: string, offset: number): boolean {
  const code = codeAt(text, offset);
  if (code < 0x80) return isAsciiLetter(code) || code === DOLLAR || code === UNDERSCORE;
  return letter.test(characterAt(text, offset));
}

/** Whether a JSON5 name may go on with the character at the offset (IdentifierPart, no escape). */
export function isIdentifierPart(text: string, offset: number): boolean {
  const code = codeAt(text, offset);
  if (code < 0x80) return isAsciiLetter(code) || isDigit(code) || code === DOLLAR || code === UNDERSCORE;
  return letterOrMark.test(characterAt(text, offset));
}

/** Reads the unquoted name at the cursor and moves the cursor behind it; `undefined` where none starts. */
export function scanIdentifier(cursor: Cursor): string | undefined {
  const { text } = cursor;
  let name = "";
  let from = cursor.offset;
  let allowed = isIdentifierStart;
  for (;;) {
    const { offset } = cursor;
    if (codeAt(text, offset) === BACKSLASH) {
      name += text.slice(from, offset) + scanEscapedCharacter(cursor, allowed);
      from = cursor.offset;
    } else if (allowed(text, offset)) cursor.offset += characterAt(text, offset).length;
    else break;
    allowed = isIdentifierPart;
  }
  return allowed === isIdentifierPart ? name + text.slice(from, cursor.offset) : undefined;
}

function scanEscapedCharacter(cursor: Cursor, allowed: typeof isIdentifierPart): string {
  const { text, offset } = cursor;
  if (!text.startsWith("u", offset + 1)) fail("invalid-escape", offset);
  cursor.offset += 2;
  const character = scanHexadecimal(cursor, 4);
  if (!allowed(character, 0)) fail("invalid-name", offset);
  return character;
}

function characterAt(text: string, offset: number): string {
  return String.fromCodePoint(text.codePointAt(offset) ?? 0);
}
