import { commandLine, type Command } from "./command.ts";
import { nearest } from "./nearest.ts";

/** Why a command line cannot be understood, and what was most likely meant. */
export interface UsageProblem {
  readonly kind: "usage";
  readonly message: string;
  readonly hint: string;
}

export function usage(message: string, hint: string): UsageProblem {
  return { kind: "usage", message, hint };
}

/** The answer to a value that is none of those there are. The value itself is not repeated. */
export function noChoice(what: string, value: string, choices: readonly string[]): UsageProblem {
  const meant = nearest(value, choices);
  return usage(
    `${what} must be ${listed(choices)}`,
    meant === undefined ? "choose one of these" : `did you mean ${meant}?`,
  );
}

/**
 * Whether a word may be repeated to the operator: it may be a secret in the wrong place. One that is made of small
 * letters, perhaps with dashes between, hardly is; keys and tokens hold more than that.
 */
export function isPlain(word: string): boolean {
  return word.length <= 31 && /^[a-z]+(-[a-z]+)*$/.test(word);
}

export function listed(words: readonly string[]): string {
  return [words.slice(0, -1).join(", "), words.at(-1)].join(" or ");
}

export function seeHelp(command: Command): string {
  return `see ${commandLine(command)} --help`;
}
