import type { Paint } from "@durar/audit";
import type { Secret } from "@durar/secretref-schema";

/** One of several things that can be chosen. */
export interface Choice<Value> {
  readonly value: Value;
  readonly label: string;
  /** Shown while it is pointed at. */
  readonly hint?: string | undefined;
}

export interface TextOptions {
  /** What stands there to be changed. @default nothing */
  readonly initial?: string | undefined;
  /** Shown while nothing stands there. @default nothing */
  readonly example?: string | undefined;
  /** The rule that an answer breaks; it is shown, and asked again. @default accepts everything */
  readonly check?: ((answer: string) => string | undefined) | undefined;
}

/**
 * Whom the operator is asked through. One question alone is for a secret, and no text that is shown may hold one; what
 * comes from files must be printable.
 *
 * Every question throws CommandError `INTERRUPTED` once the operator has had enough.
 */
export interface Prompter {
  readonly paint: Paint;
  readonly select: <Value>(
    question: string,
    choices: readonly Choice<Value>[],
    initial?: Value,
  ) => Promise<Value>;
  /** Any number of them, in the order of the choices. */
  readonly multiselect: <Value>(
    question: string,
    choices: readonly Choice<Value>[],
  ) => Promise<readonly Value[]>;
  readonly text: (question: string, options?: TextOptions) => Promise<string>;
  /** A secret: what is typed does not show, nor how long it is, and it is taken as it is, blanks too. */
  readonly secret: (
    question: string,
    check: (answer: string) => string | undefined,
  ) => Promise<Secret<string>>;
  readonly confirm: (question: string) => Promise<boolean>;
  /** Shows lines, wide ones on several. */
  readonly note: (text: string, mood?: "plain" | "heading" | "good" | "warning") => void;
  /** Shows lines as they are, for what may be copied. */
  readonly show: (text: string) => void;
}
