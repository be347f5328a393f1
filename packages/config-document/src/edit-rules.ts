import { row, type RuleRow } from "./rule-row.ts";

/** Every rule a change can break. The set is closed, and its texts never quote a document, a path or a value. */
export const EDIT_RULES = Object.freeze({
  "path-conflict": row(
    "an earlier change has the same path, or one that begins with it or that it begins with",
    "make one change of the two",
  ),
  "path-through-scalar": row(
    "the path leads through a value that is no object or array",
    "set the value that is in the way, or correct the path",
  ),
  "path-not-index": row(
    "the path names an element of an array by something else than its index",
    "name elements by plain decimal numbers: 0, 1, 2",
  ),
  "path-index-gap": row(
    "the index leaves a gap behind the last element of its array",
    "append at the array's length, and go on from there",
  ),
  "delete-root": row("the document's one value cannot be deleted", "set it, or delete the file"),
  "value-not-json": row(
    "the value holds something that JSON cannot",
    "use strings, finite numbers, booleans, null, arrays and plain objects, none inside itself",
  ),
  "value-too-deep": row(
    "the document would be nested too deep",
    "nest less deep: the reader's bound holds, and 200 levels for what is inserted",
  ),
  "value-too-large": row(
    "the document would hold too many entries",
    "insert less, or read the document with a higher bound",
  ),
  "env-entry": row(
    "the .env file has no entry of this index",
    "count as the reader's list of entries does, from 0",
  ),
  "env-name": row(
    "the name is none that a .env file can hold",
    "use ASCII letters, digits, underscores, dots and hyphens",
  ),
  "env-value": row(
    "the value is none that a .env file can hold",
    "leave NUL and lone surrogates out, and carriage returns or all three kinds of quotes where they stand together",
  ),
  "env-conflict": row("an earlier change is one of the same entry or name", "make one change of the two"),
  "env-unread": row("the .env file has more entries than are read", "split the file, or change it by hand"),
  "env-entangled": row(
    "with the changes, other lines of the .env file would be read as something else",
    "close the quotes that are open in the file, then repeat the changes",
  ),
} as const satisfies Record<string, RuleRow>);

/** A rule of {@link EDIT_RULES}. */
export type EditRule = keyof typeof EDIT_RULES;

/** Why a change cannot be made. Of the document and of values it holds nothing; the path is the caller's own. */
export interface EditProblem {
  readonly rule: EditRule;
  /** One line: what is wrong. */
  readonly message: string;
  /** Which one of the changes, 0-based. */
  readonly change: number;
  readonly path: readonly string[];
}
