import { parseArgs } from "node:util";
import { commandLine, flagsOf, type Command, type Commands, type Given } from "./command.ts";
import { findCommand } from "./find-command.ts";
import type { globalFlags } from "./flags.ts";
import { readFlags } from "./read-flags.ts";
import { listed, noChoice, seeHelp, usage, type UsageProblem } from "./usage.ts";

/** What a command line asks for. */
export type Request =
  | { readonly kind: "run"; readonly run: NonNullable<Command["run"]>; readonly given: Given }
  | { readonly kind: "help"; readonly command: Command }
  | { readonly kind: "version" }
  /** A command that others belong to, without one of those. */
  | { readonly kind: "incomplete"; readonly command: Command }
  | UsageProblem;

/**
 * Reads a command line. Flags may stand anywhere before `--`. What was typed may be a secret in the wrong place, so
 * a message repeats it only where it is a plain word or a flag that is made of plain words.
 *
 * @param commands all commands, the command as a whole first
 */
export function readCommandLine(args: readonly string[], commands: Commands): Request {
  const { tokens } = parseArgs({
    args: [...args],
    options: optionTypes(commands),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const typed = tokens.filter((token) => token.kind === "option");
  const end = tokens.find((token) => token.kind === "option-terminator")?.index ?? args.length;
  const positionals = tokens.filter((token) => token.kind === "positional");
  const found = findCommand(
    positionals.map(({ value }) => value),
    commands,
  );
  if (found.kind === "usage") return found;
  const { command } = found;
  const isGiven = (flag: keyof typeof globalFlags): boolean => typed.some(({ name }) => name === flag);
  if (found.isHelp || isGiven("help")) return { kind: "help", command };
  if (isGiven("version")) return { kind: "version" };

  const read = readFlags(typed, command, commands);
  if (read.kind === "usage") return read;
  if (command.run === undefined) return { kind: "incomplete", command };
  const behind = command.rest === undefined ? [] : positionals.filter(({ index }) => index > end);
  const words = found.rest.slice(0, found.rest.length - behind.length);
  const problem = checkArguments(words, command);
  if (problem !== undefined) return problem;
  const rest = behind.map(({ value }) => value);
  return { kind: "run", run: command.run, given: { flags: read.flags, arguments: words, rest } };
}

function optionTypes(commands: Commands) {
  const flags = commands.flatMap((command) => [...flagsOf(command)]);
  return Object.fromEntries(
    flags.map(([name, { short, value }]) => {
      const type = value === undefined ? ("boolean" as const) : ("string" as const);
      return [name, short === undefined ? { type } : { type, short }];
    }),
  );
}

function checkArguments(words: readonly string[], command: Command): UsageProblem | undefined {
  const { arguments: taken = [] } = command;
  if (words.length > taken.length) {
    const isFile = taken.length === 0 && flagsOf(command).has("config");
    const hint = isFile ? "name a configuration with --config" : seeHelp(command);
    return usage(`${commandLine(command)} takes ${countedArguments(taken.length)}`, hint);
  }
  for (const [index, { name, choices, optional }] of taken.entries()) {
    const value = words[index];
    if (value === undefined && optional === true) return undefined;
    if (value === undefined)
      return usage(
        `${commandLine(command)} needs a ${name}`,
        choices === undefined ? seeHelp(command) : `name one: ${listed(choices)}`,
      );
    if (choices?.includes(value) === false)
      return noChoice(`the ${name} of ${commandLine(command)}`, value, choices);
  }
  return undefined;
}

function countedArguments(count: number): string {
  if (count === 0) return "no argument";
  return count === 1 ? "one argument" : `at most ${String(count)} arguments`;
}
