import { bashCompletion } from "./completion-bash.ts";
import { fishCompletion } from "./completion-fish.ts";
import { zshCompletion } from "./completion-zsh.ts";
import { flagsOf, subcommands, type Command } from "./commands.ts";
import type { Flag } from "./flags.ts";

/** What can be typed behind some words of the command line. */
export interface CompletionPlace {
  /** The words, `secrets audit`; empty behind the command's name. */
  readonly words: string;
  /** Sub-commands and choices of an argument. */
  readonly next: readonly (readonly [word: string, description: string])[];
  readonly flags: readonly (readonly [name: string, flag: Flag])[];
}

const shells: Readonly<Record<string, (places: readonly CompletionPlace[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** The completion script of a shell, made of the same data as the reader of the command line. */
export function completionScript(shell: string, commands: readonly Command[]): string {
  const places = commands.map((command) => ({
    words: command.words.join(" "),
    next: [
      ...subcommands(command, commands).map(({ words, summary }) => [words.at(-1) ?? "", summary] as const),
      ...(command.argument?.choices ?? []).map((choice) => [choice, ""] as const),
    ],
    flags: [...flagsOf(command)],
  }));
  return shells[shell]?.(places) ?? "";
}

/** The flags that are followed by a value, as they are typed. */
export function flagsWithValue(places: readonly CompletionPlace[]): readonly string[] {
  const flags = places.flatMap(({ flags }) => flags).filter(([, { value }]) => value !== undefined);
  return [...new Set(flags.map(([name]) => `--${name}`))];
}

/** A flag's description without what is said in brackets or behind a semicolon: menus are narrow. */
export function briefly({ description }: Flag): string {
  return description.replace(/[;(].*$/, "").trim();
}
