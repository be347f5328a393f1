import type { Flag } from "../command-line/flags.ts";

/** What can be typed behind some words of the command line. */
export interface CompletionPlace {
  /** The words, `secrets audit`; empty behind the command's name. */
  readonly words: string;
  /** Sub-commands and choices of an argument. */
  readonly next: readonly (readonly [word: string, description: string])[];
  readonly flags: readonly (readonly [name: string, flag: Flag])[];
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
