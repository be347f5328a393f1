import { endOfLine, skipWhiteSpace } from "./characters.ts";
import type { DocumentProblem } from "./document-rules.ts";
import { assignmentAt, type EnvAssignment } from "./env-assignment.ts";
import { LineIndex } from "./line-index.ts";
import { problemAt } from "./problem.ts";
import { DOCUMENT_LIMITS } from "./read-document.ts";

/** One assignment, and where its value stands. */
export interface EnvEntry extends EnvAssignment {
  /** Line of the value, 1-based. Lines end at `\n`, `\r\n` and `\r`. */
  readonly line: number;
  /** Column of the value, 1-based, in Unicode code points: of its opening quote, where it has one. */
  readonly column: number;
}

/** What a `.env` file says. */
export interface EnvFile {
  /** In the order of the file, each duplicate of a name too. */
  readonly entries: readonly EnvEntry[];
  /** The lines that say nothing and are ignored, though they are neither blank nor comments. */
  readonly problems: readonly DocumentProblem[];
  /** Name to value, as `dotenv.parse` answers it: of entries with one name the last counts, and `__proto__` is none. */
  readonly toRecord: () => Record<string, string>;
}

/**
 * Reads a `.env` file just as the npm package `dotenv` (version 18) does, in linear time and with positions. A byte
 * order mark at the start is skipped. Of a text with more than `maxEntries` entries and ignored lines the rest is not
 * read, which is the last of the problems then (`too-many-entries`).
 */
export function readEnvFile(text: string, options: { readonly maxEntries?: number } = {}): EnvFile {
  const { maxEntries = DOCUMENT_LIMITS.maxEntries } = options;
  const lines = new LineIndex(text);
  const entries: EnvEntry[] = [];
  const problems: DocumentProblem[] = [];
  let offset = skipBlank(text, 0);
  while (offset < text.length) {
    if (!(entries.length + problems.length < maxEntries)) {
      problems.push(problemAt(lines, "too-many-entries", offset));
      break;
    }
    const assignment = assignmentAt(text, offset);
    if (assignment !== undefined) {
      const { line, column } = lines.position(assignment.valueRange.start);
      entries.push({ ...assignment, line, column });
    } else problems.push(problemAt(lines, "env-line", offset));
    offset = skipBlank(text, assignment?.end ?? endOfLine(text, offset));
  }
  return { entries, problems, toRecord: () => recordOf(entries) };
}

/** The offset of the first character from here on that is neither white space nor a comment; `from` ends a line. */
function skipBlank(text: string, from: number): number {
  let offset = skipWhiteSpace(text, from);
  while (text.startsWith("#", offset)) offset = skipWhiteSpace(text, endOfLine(text, offset));
  return offset;
}

function recordOf(entries: readonly EnvEntry[]): Record<string, string> {
  const record: Record<string, string> = {};
  // By assignment, to which `__proto__` is no name.
  for (const { name, value } of entries) record[name] = value;
  return record;
}
