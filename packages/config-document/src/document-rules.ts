import { row, type RuleRow } from "./rule-row.ts";

/**
 * Every rule a document can break. The set is closed, and its texts never quote a document: the only characters
 * they name are the grammar's own. Rules that start with `json-` hold for JSON and not for JSON5.
 */
export const DOCUMENT_RULES = Object.freeze({
  empty: row("the document holds no value", "write a value, such as {}"),
  "unexpected-end": row("the document ends before its value does", "close what is still open"),
  "expected-value": row("a value is expected", "write a value here, or quote the text that stands here"),
  "expected-name": row(
    "a member name or } is expected",
    "write a member name, quoted where it is no identifier",
  ),
  "expected-colon": row("a : is expected after the member name", "write : here, or quote the whole name"),
  "expected-comma-or-brace": row(
    "a , or } is expected after the member",
    "separate members with , and close the object with }",
  ),
  "expected-comma-or-bracket": row(
    "a , or ] is expected after the element",
    "separate elements with , and close the array with ]",
  ),
  "content-after-value": row(
    "more content follows the document's one value",
    "remove what stands here, or put it inside the value",
  ),
  "unclosed-comment": row("a comment is opened and not closed", "close the comment with */"),
  "unclosed-string": row(
    "a string is opened and not closed",
    "close the string with the quote that opens it",
  ),
  "string-line-break": row(
    "a string holds a line break",
    "write the line break as \\n, or close the string before it",
  ),
  "invalid-escape": row(
    "a \\ is followed by nothing it can escape",
    "escape a backslash with another one; \\x takes two hexadecimal digits, \\u takes four",
  ),
  "invalid-number": row("a number is not well formed", "correct the number, or quote it to make it a string"),
  "invalid-name": row(
    "a \\u in a member name stands for a character that needs quotes",
    "quote the member name",
  ),
  "too-deep": row(
    "arrays and objects are nested too deep",
    "nest less deep: 200 levels are read unless the reader is told otherwise",
  ),
  "too-many-entries": row("the document holds too many entries", "split the document"),
  "json-comment": row("JSON has no comments", "remove the comment"),
  "json-trailing-comma": row("JSON allows no , after the last entry", "remove the comma"),
  "json-quotes": row("JSON strings stand in double quotes", 'use " for the quotes'),
  "json-name": row("JSON member names stand in double quotes", 'put the member name in "'),
  "json-control-character": row(
    "JSON strings hold no control characters",
    "write the character as an escape such as \\t or \\u001b",
  ),
  "env-line": row(
    "the line is neither blank nor a comment nor NAME=value, and is ignored",
    "write NAME=value, or make the line a comment with #",
  ),
} as const satisfies Record<string, RuleRow>);

/** A rule of {@link DOCUMENT_RULES}. */
export type DocumentRule = keyof typeof DOCUMENT_RULES;

/** What is wrong with a document, and where. It holds nothing of the document's content. */
export interface DocumentProblem {
  readonly rule: DocumentRule;
  /** One line: the position and what is wrong there. */
  readonly message: string;
  /** 1-based. Lines end at `\n`, `\r\n` and `\r`. */
  readonly line: number;
  /** 1-based, in characters (Unicode code points). */
  readonly column: number;
  /** UTF-16 code units from the start of the text. */
  readonly offset: number;
}
