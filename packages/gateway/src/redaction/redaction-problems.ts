interface RuleRow {
  /** What is wrong, ready for a message: never a word of the document. */
  readonly when: string;
  /** What to do about it. */
  readonly hint: string;
}

function row(when: string, hint: string): RuleRow {
  return Object.freeze({ when, hint });
}

/** Every rule that submitted config can break with a reserved word. The set is closed. */
export const REDACTION_RULES = Object.freeze({
  "nothing-on-disk": row(
    "the reserved word stands where the file on disk holds nothing",
    "write the value itself, or a SecretRef",
  ),
  "not-redacted": row(
    "the reserved word stands for a value that is not redacted",
    "read the config again and leave the reserved word only where it is shown, or write the value",
  ),
  "ambiguous-place": row(
    "it is not clear which value on disk the reserved word stands for: an id is missing or repeated there, or a name is repeated",
    "give each entry an id of its own and each member a name of its own, or write the value itself",
  ),
  "changed-list": row(
    "the reserved word stands in an entry of a list without ids, and the list has another length or the entry has changed",
    "write the values of this list themselves, or use SecretRefs",
  ),
  "inside-string": row(
    "the reserved word is part of a longer string",
    "write the whole value itself, or a SecretRef",
  ),
  "in-key": row("the reserved word is in a member name", "write another name"),
  "in-id": row("the reserved word is in an entry's id", "write the id itself; ids are never redacted"),
  "in-comment": row(
    "the reserved word is in a comment that is not a redacted comment of the file on disk",
    "remove it from the comment, or leave the comment as it is shown",
  ),
  "other-layout": row(
    "the reserved word of another layout stands in the config",
    "write the value itself, or a SecretRef",
  ),
  "reserved-on-disk": row(
    "the file on disk holds the reserved word here, so the value is lost",
    "write the value itself, or a SecretRef",
  ),
  unrestored: row(
    "the text to be written holds a reserved word",
    "put back what it stands for before the text is written",
  ),
} as const satisfies Readonly<Record<string, RuleRow>>);

/** A rule of {@link REDACTION_RULES}. */
export type RedactionRule = keyof typeof REDACTION_RULES;

/** Where a reserved word stands that must not stand there. It holds no value of the document, only its keys. */
export interface RedactionProblem {
  /** The text form of the path; empty for the root and for comments. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in Unicode code points. */
  readonly column: number;
  readonly rule: RedactionRule;
}
