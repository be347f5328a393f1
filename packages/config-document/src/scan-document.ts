import {
  BYTE_ORDER_MARK,
  COLON,
  COMMA,
  DOT,
  DOUBLE_QUOTE,
  isDigit,
  LEFT_BRACE,
  LEFT_BRACKET,
  MINUS,
  PLUS,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  SINGLE_QUOTE,
} from "./characters.ts";
import { fail, failHere, peek, type Cursor } from "./cursor.ts";
import type { CommentNode, MemberNode, ScalarNode, ValueNode } from "./nodes.ts";
import { isIdentifierPart, scanIdentifier } from "./scan-identifier.ts";
import { scanNumber } from "./scan-number.ts";
import { scanString } from "./scan-string.ts";
import { skipTrivia } from "./scan-trivia.ts";

/** How large a document may be. */
export interface DocumentLimits {
  /** Levels of arrays and objects inside one another. */
  readonly maxDepth: number;
  /** Members and elements of the whole document, and as many comments. */
  readonly maxEntries: number;
}

export interface ScannedDocument {
  readonly root: ValueNode;
  readonly comments: readonly CommentNode[];
}

/** An array or object whose end has not been reached yet. */
type Container =
  | { readonly type: "object"; readonly start: number; end: number; readonly members: MemberNode[] }
  | { readonly type: "array"; readonly start: number; end: number; readonly elements: ValueNode[] };

/**
 * Reads a whole document into nodes: JSON5 (https://spec.json5.org), or JSON (RFC 8259) where `strict`.
 * Iterative, linear in the length of the text. A byte order mark at the start is skipped.
 * @throws ScanFailure at the first rule broken
 */
export function scanDocument(text: string, strict: boolean, limits: DocumentLimits): ScannedDocument {
  const { maxDepth, maxEntries } = limits;
  const cursor: Cursor = {
    text,
    strict,
    offset: text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0,
    comments: [],
    maxComments: maxEntries,
  };
  skipTrivia(cursor);
  if (cursor.offset === text.length) fail("empty", cursor.offset);

  const root = scanValue(cursor);
  const open: Container[] = [];
  let entries = 0;
  for (let node: ScalarNode | Container = root; ;) {
    if (!("value" in node)) {
      if (!(open.length < maxDepth)) fail("too-deep", node.start);
      open.push(node);
    }
    let container = open.at(-1);
    while (container !== undefined && !hasNext(cursor, container)) {
      open.pop();
      container = open.at(-1);
    }
    if (container === undefined) break;
    if (!(entries++ < maxEntries)) fail("too-many-entries", cursor.offset);
    node = scanEntry(cursor, container);
  }

  skipTrivia(cursor);
  if (cursor.offset < text.length) fail("content-after-value", cursor.offset);
  return { root, comments: cursor.comments };
}

/** Moves the cursor to the next entry of the container, or behind the container's end. */
function hasNext(cursor: Cursor, container: Container): boolean {
  const isObject = container.type === "object";
  const closer = isObject ? RIGHT_BRACE : RIGHT_BRACKET;
  const started = (isObject ? container.members : container.elements).length > 0;
  skipTrivia(cursor);
  if (started && peek(cursor) !== closer) {
    if (peek(cursor) !== COMMA)
      failHere(isObject ? "expected-comma-or-brace" : "expected-comma-or-bracket", cursor);
    const comma = cursor.offset++;
    skipTrivia(cursor);
    if (cursor.strict && peek(cursor) === closer) fail("json-trailing-comma", comma);
  }
  if (peek(cursor) !== closer) return true;
  container.end = ++cursor.offset;
  return false;
}

/** Reads a member or an element up to where its value is known to be a container, or to its end. */
function scanEntry(cursor: Cursor, container: Container): ScalarNode | Container {
  if (container.type === "array") {
    const element = scanValue(cursor);
    container.elements.push(element);
    return element;
  }
  const keyStart = cursor.offset;
  const name = scanName(cursor);
  const keyEnd = cursor.offset;
  skipTrivia(cursor);
  if (peek(cursor) !== COLON) failHere("expected-colon", cursor);
  cursor.offset++;
  skipTrivia(cursor);
  const value = scanValue(cursor);
  container.members.push({ name, keyStart, keyEnd, value });
  return value;
}

function scanName(cursor: Cursor): string {
  const code = peek(cursor);
  if (code === DOUBLE_QUOTE) return scanString(cursor);
  if (code === SINGLE_QUOTE) {
    if (cursor.strict) fail("json-quotes", cursor.offset);
    return scanString(cursor);
  }
  const start = cursor.offset;
  const name = scanIdentifier(cursor);
  if (name === undefined) failHere("expected-name", cursor);
  if (cursor.strict) fail("json-name", start);
  return name;
}

/** Reads a scalar to its end, or just the opening bracket of an array or object. */
function scanValue(cursor: Cursor): ScalarNode | Container {
  const { text, strict, offset: start } = cursor;
  const code = peek(cursor);
  if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
    if (strict && code === SINGLE_QUOTE) fail("json-quotes", start);
    const value = scanString(cursor);
    return { type: "string", start, end: cursor.offset, value };
  }
  if (code === LEFT_BRACE || code === LEFT_BRACKET) {
    cursor.offset++;
    if (code === LEFT_BRACE) return { type: "object", start, end: -1, members: [] };
    return { type: "array", start, end: -1, elements: [] };
  }
  if (startsNumber(text, start, code, strict)) {
    const value = scanNumber(cursor);
    return { type: "number", start, end: cursor.offset, value };
  }
  for (const [word, type, value] of words)
    if (text.startsWith(word, start) && !isIdentifierPart(text, start + word.length)) {
      cursor.offset += word.length;
      return { type, start, end: cursor.offset, value };
    }
  failHere("expected-value", cursor);
}

const words = [
  ["true", "boolean", true],
  ["false", "boolean", false],
  ["null", "null", null],
] as const;

function startsNumber(text: string, start: number, code: number, strict: boolean): boolean {
  if (isDigit(code) || code === MINUS) return true;
  if (strict) return false;
  return code === PLUS || code === DOT || text.startsWith("Infinity", start) || text.startsWith("NaN", start);
}
