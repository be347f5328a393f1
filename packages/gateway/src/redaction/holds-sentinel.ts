import type { ConfigDocument } from "@durar/config-document";
import { problemAt } from "./problem-at.ts";
import type { RedactionProblem } from "./redaction-problems.ts";
import { findReservedTexts, reservedWords } from "./reserved-words.ts";
import type { RedactionRules } from "./types.ts";

/**
 * Finds the first sentinel, of whichever layout, in a string, a member name or a comment, as it reads and not as it is
 * written. It is the guard before config is written: text that holds one would lose a secret.
 *
 * @returns where it stands, by the rule `unrestored`; `undefined` where there is none
 */
export function holdsSentinel(
  document: ConfigDocument,
  { sentinel }: Pick<RedactionRules, "sentinel">,
): RedactionProblem | undefined {
  const [first] = findReservedTexts(document, reservedWords(sentinel));
  return first === undefined ? undefined : problemAt(document, first, "unrestored");
}
