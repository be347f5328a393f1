import {
  BACKSLASH,
  codeAt,
  DOT,
  endOfLine,
  isAsciiLetter,
  isDigit,
  isLineTerminator,
  isWhiteSpace,
  MINUS,
  skipWhiteSpace,
  UNDERSCORE,
} from "./characters.ts";
import type { TextRange } from "./nodes.ts";

/** The quotes around a value of a `.env` file. */
export type EnvQuote = "single" | "double" | "backtick" | "none";

/**
 * NAME=value in a `.env` file: from `export` or the name to the end of the line on which the value ends, a comment
 * there included, the line break not.
 */
export interface EnvAssignment extends TextRange {
  readonly name: string;
  readonly value: string;
  /** The quotes written around the value; they are not part of it. */
  readonly quote: EnvQuote;
  readonly nameRange: TextRange;
  /** The value as it is written, quotes included; empty and right behind the separator where none is written. */
  readonly valueRange: TextRange;
}

/*
 * The grammar is that of dotenv's regular expression, to its odd corners, but read forwards in linear time:
 *
 *   ^ \s* (export \s+)? NAME (\s* = | : \s) VALUE? \s* (# .*)? $     where NAME is [\w.-]+
 *
 * VALUE is white space and a text in quotes, the quotes inside it escaped, after which the line must end; failing
 * that, the rest of the line up to a #. White space includes line breaks: a quoted value may stand below its name.
 */

/** The assignment that starts with the character at `start`, the first on its line that is no white space. */
export function assignmentAt(text: string, start: number): EnvAssignment | undefined {
  const keywordEnd = text.startsWith("export", start) ? start + "export".length : start;
  const exported = skipWhiteSpace(text, keywordEnd);
  // With no name behind it, `export` is a name itself.
  return (
    (exported > keywordEnd ? assignment(text, start, exported) : undefined) ?? assignment(text, start, start)
  );
}

function assignment(text: string, start: number, nameStart: number): EnvAssignment | undefined {
  let nameEnd = nameStart;
  while (isNamePart(codeAt(text, nameEnd))) nameEnd++;
  const separatorEnd = nameEnd > nameStart ? endOfSeparator(text, nameEnd) : undefined;
  if (separatorEnd === undefined) return undefined;
  const valueRange = quotedValue(text, separatorEnd) ?? plainValue(text, separatorEnd);
  return {
    name: text.slice(nameStart, nameEnd),
    ...valueOf(text.slice(valueRange.start, valueRange.end)),
    nameRange: { start: nameStart, end: nameEnd },
    valueRange,
    start,
    end: endOfLine(text, valueRange.end),
  };
}

function isNamePart(code: number): boolean {
  return isAsciiLetter(code) || isDigit(code) || code === UNDERSCORE || code === DOT || code === MINUS;
}

function endOfSeparator(text: string, nameEnd: number): number | undefined {
  const equals = skipWhiteSpace(text, nameEnd);
  if (text.startsWith("=", equals)) return equals + 1;
  if (!text.startsWith(":", nameEnd) || !isWhiteSpace(codeAt(text, nameEnd + 1))) return undefined;
  return nameEnd + (text.startsWith("\r\n", nameEnd + 1) ? 3 : 2);
}

/** The quoted text behind the separator, quotes included. */
function quotedValue(text: string, from: number): TextRange | undefined {
  const start = skipWhiteSpace(text, from);
  const quote = text.charAt(start);
  if (!quotes.has(quote)) return undefined;
  let end: number | undefined;
  let close = text.indexOf(quote, start + 1);
  // Where the line does not end behind the first quote without a backslash, the last such one with a backslash closes.
  for (; close >= 0 && text.charCodeAt(close - 1) === BACKSLASH; close = text.indexOf(quote, close + 1))
    if (isLastOnLine(text, close + 1)) end = close + 1;
  if (close >= 0 && isLastOnLine(text, close + 1)) end = close + 1;
  return end === undefined ? undefined : { start, end };
}

/** Whether nothing but white space and a comment stands between here and the end of the line. */
function isLastOnLine(text: string, from: number): boolean {
  let offset = from;
  while (!isLineTerminator(codeAt(text, offset)) && isWhiteSpace(codeAt(text, offset))) offset++;
  return offset === text.length || text.startsWith("#", offset) || isLineTerminator(text.charCodeAt(offset));
}

/** What stands between the separator and a # or the end of the line, without the white space around it. */
function plainValue(text: string, from: number): TextRange {
  let end = from;
  while (end < text.length && !/[#\r\n]/.test(text.charAt(end))) end++;
  const start = skipWhiteSpace(text, from);
  return start < end
    ? { start, end: start + text.slice(start, end).trimEnd().length }
    : { start: from, end: from };
}

const quotes: ReadonlyMap<string, EnvQuote> = new Map([
  ["'", "single"],
  ['"', "double"],
  ["`", "backtick"],
]);

function valueOf(written: string): Pick<EnvAssignment, "value" | "quote"> {
  const enclosed = written.length > 1 && written.endsWith(written.charAt(0));
  const quote = (enclosed ? quotes.get(written.charAt(0)) : undefined) ?? "none";
  const inner = quote === "none" ? withoutInnerQuotes(written) : written.slice(1, -1);
  const value = inner.replace(/\r\n?/g, "\n");
  // An opening double quote is enough: a value without the closing one has its escapes read too.
  const escapes = written.startsWith('"');
  return { value: escapes ? value.replaceAll("\\n", "\n").replaceAll("\\r", "\r") : value, quote };
}

/**
 * Where U+2028 or U+2029 stands in a value without quotes around it, dotenv takes such quotes off as enclose whole
 * lines of it (`/^(['"`])([\s\S]*)\1$/mg`).
 */
function withoutInnerQuotes(written: string): string {
  if (!/[\u2028\u2029]/.test(written)) return written;
  const closing = new Map<string, number>();
  for (const { 0: quote, index } of written.matchAll(/['"`](?![^\u2028\u2029])/g)) closing.set(quote, index);
  let value = "";
  let from = 0;
  for (let start = 0; start < written.length; start = endOfLine(written, start) + 1) {
    const close = closing.get(written.charAt(start)) ?? -1;
    if (close <= start) continue;
    value += written.slice(from, start) + written.slice(start + 1, close);
    from = start = close + 1;
  }
  return value + written.slice(from);
}
