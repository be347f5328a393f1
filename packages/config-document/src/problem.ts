import { DOCUMENT_RULES, type DocumentProblem, type DocumentRule } from "./document-rules.ts";
import type { LineIndex } from "./line-index.ts";

/** States that the text breaks the rule at the offset. */
export function problemAt(lines: LineIndex, rule: DocumentRule, offset: number): DocumentProblem {
  const { line, column } = lines.position(offset);
  const message = `line ${line}, column ${column}: ${DOCUMENT_RULES[rule].when}`;
  return { rule, message, line, column, offset };
}
