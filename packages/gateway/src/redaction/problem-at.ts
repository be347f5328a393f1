import type { ConfigDocument } from "@durar/config-document";
import { formatPath } from "@durar/credential-surface";
import type { RedactionProblem, RedactionRule } from "./redaction-problems.ts";
import type { ReservedText } from "./reserved-words.ts";
import { pathOf } from "./visited-node.ts";

/** States that a text of the document breaks a rule. */
export function problemAt(
  document: ConfigDocument,
  { start, end, visited }: ReservedText,
  rule: RedactionRule,
): RedactionProblem {
  const path = visited === undefined ? "" : formatPath(pathOf(visited));
  const { line, column } = document.span({ start, end });
  return { path, line, column, rule };
}
