import type { CommandResult, Surroundings } from "../console.ts";
import type { Flag, Flags } from "./flags.ts";

/** What an operator can ask for, as data: the reader, the help pages and the shell completions are all made of it. */
export interface Command {
  /** The words that call it, `["secrets", "audit"]`; none for the command as a whole. */
  readonly words: readonly string[];
  /** One line of fewer than 60 characters, for lists. */
  readonly summary: string;
  /** What the summary leaves out. */
  readonly details?: string;
  /** Its flags, under the headings that help shows them with. */
  readonly sections: Readonly<Record<string, Flags>>;
  /** The words it takes besides, in their order; those that are optional come last. */
  readonly arguments?: readonly Argument[];
  /** What the words behind `--` are called, where it takes them; they are handed over as they stand. */
  readonly rest?: string;
  /** Command lines, each with what it is good for. */
  readonly examples: readonly (readonly [line: string, purpose: string])[];
  /** Loads what it needs and does it; a command that others belong to has none. */
  readonly run?: (given: Given, surroundings: Surroundings) => Promise<CommandResult>;
}

/** A word that a command takes; any word where there are no choices. */
export interface Argument {
  readonly name: string;
  readonly choices?: readonly string[];
  readonly optional?: true;
}

/** What stood on the command line: of the command's own flags, checked against what they take. */
export interface Given {
  readonly flags: Readonly<Record<string, string | true | readonly string[]>>;
  /** The arguments that were given, no fewer than the command needs. */
  readonly arguments: readonly string[];
  /** The words behind `--`, of a command that takes them. */
  readonly rest: readonly string[];
}

/** First the command as a whole, then its sub-commands in the order in which help lists them. */
export type Commands = readonly [whole: Command, ...others: Command[]];

/** A command as it is typed. */
export function commandLine({ words }: Pick<Command, "words">): string {
  return ["durar", ...words].join(" ");
}

/** The flags of a command, by name. */
export function flagsOf({ sections }: Command): ReadonlyMap<string, Flag> {
  return new Map(Object.values(sections).flatMap((flags) => Object.entries(flags)));
}

/** The commands one word further than this one. */
export function subcommands({ words }: Command, commands: readonly Command[]): readonly Command[] {
  return commands.filter(
    (other) => other.words.length === words.length + 1 && words.every((word, at) => other.words[at] === word),
  );
}
