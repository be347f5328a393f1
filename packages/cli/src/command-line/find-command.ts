import { commandLine, subcommands, type Command, type Commands } from "./command.ts";
import { nearest } from "./nearest.ts";
import { isPlain, seeHelp, usage, type UsageProblem } from "./usage.ts";

/** The command that some words call. */
export interface FoundCommand {
  readonly kind: "found";
  readonly command: Command;
  /** Whether the word `help` stood among them. */
  readonly isHelp: boolean;
  /** The words behind those that call it. */
  readonly rest: readonly string[];
}

/** Follows words from command to sub-command, as far as they lead. */
export function findCommand(words: readonly string[], commands: Commands): FoundCommand | UsageProblem {
  let [command] = commands;
  let isHelp = false;
  for (const [index, word] of words.entries()) {
    const next = subcommands(command, commands).find(({ words }) => words.at(-1) === word);
    if (next !== undefined) command = next;
    else if (command.run !== undefined) return { kind: "found", command, isHelp, rest: words.slice(index) };
    else if (word === "help") isHelp = true;
    else return unknownCommand(word, command, commands);
  }
  return { kind: "found", command, isHelp, rest: [] };
}

function unknownCommand(word: string, command: Command, [, ...others]: Commands): UsageProblem {
  // `durar audit` and `durar secrets validate` have a known word in the wrong place; the right place goes first.
  const candidates = [...subcommands(command, others), ...others];
  const last = ({ words }: Command): string => words.at(-1) ?? "";
  const meantWord = nearest(word, candidates.map(last));
  const meant = candidates.find((candidate) => last(candidate) === meantWord);
  return usage(
    isPlain(word) ? `unknown command ${word}` : "unknown command",
    meant === undefined ? seeHelp(command) : `did you mean ${commandLine(meant)}?`,
  );
}
