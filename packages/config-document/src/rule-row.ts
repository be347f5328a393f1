/** A rule in words that never quote what they are about. */
export interface RuleRow {
  /** What is wrong, ready for a message. */
  readonly when: string;
  /** What to do about it. */
  readonly hint: string;
}

export function row(when: string, hint: string): RuleRow {
  return Object.freeze({ when, hint });
}
