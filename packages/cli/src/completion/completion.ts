import { bashCompletion } from "./completion-bash.ts";
import { fishCompletion } from "./completion-fish.ts";
import { zshCompletion } from "./completion-zsh.ts";
import { flagsOf, subcommands, type Command } from "../command-line/command.ts";
import type { CompletionPlace } from "./completion-place.ts";

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
      ...(command.arguments?.[0]?.choices ?? []).map((choice) => [choice, ""] as const),
    ],
    flags: [...flagsOf(command)],
  }));
  return shells[shell]?.(places) ?? "";
}
