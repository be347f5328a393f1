import { codeAt, DOT, isDigit, isHexDigit, MINUS, PLUS } from "./characters.ts";
import { fail, type Cursor } from "./cursor.ts";
import { isIdentifierPart } from "./scan-identifier.ts";

/** Reads the number at the cursor, and moves the cursor behind it. */
export function scanNumber(cursor: Cursor): number {
  const { text, strict, offset: start } = cursor;
  const sign = codeAt(text, start);
  const signed = sign === MINUS || (!strict && sign === PLUS);
  const digits = signed ? start + 1 : start;
  const end = strict ? endOfDecimal(text, digits, true) : endOfJson5Number(text, digits);
  // What touches a number belongs to it in the writer's mind, as in 1.2.3, 012 or 10px.
  if (end < 0 || codeAt(text, end) === DOT || isIdentifierPart(text, end)) fail("invalid-number", start);
  cursor.offset = end;
  // The sign is left out, for Number reads no sign before a hexadecimal number.
  const size = Number(text.slice(digits, end));
  return sign === MINUS ? -size : size;
}

/** JSON5 section 6, without the sign. Answers -1 where there is no number. */
function endOfJson5Number(text: string, start: number): number {
  if (text.startsWith("Infinity", start)) return start + "Infinity".length;
  if (text.startsWith("NaN", start)) return start + "NaN".length;
  if (text.startsWith("0x", start) || text.startsWith("0X", start)) {
    let end = start + 2;
    while (isHexDigit(codeAt(text, end))) end++;
    return end === start + 2 ? -1 : end;
  }
  return endOfDecimal(text, start, false);
}

/** A decimal number; JSON (RFC 8259 section 6) needs digits on both sides of its decimal point. */
function endOfDecimal(text: string, start: number, strict: boolean): number {
  const integer = endOfDigits(text, start);
  const leadingZero = text.startsWith("0", start) && integer > start + 1;
  let end = integer;
  if (codeAt(text, integer) === DOT) end = endOfDigits(text, integer + 1);
  const fraction = end - integer;
  const missing = strict ? integer === start || fraction === 1 : integer === start && fraction < 2;
  if (missing || leadingZero) return -1;
  if (!text.startsWith("e", end) && !text.startsWith("E", end)) return end;
  const sign = codeAt(text, end + 1);
  const exponent = sign === PLUS || sign === MINUS ? end + 2 : end + 1;
  end = endOfDigits(text, exponent);
  return end === exponent ? -1 : end;
}

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (isDigit(codeAt(text, end))) end++;
  return end;
}
