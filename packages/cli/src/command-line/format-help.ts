import { commandLine, type Command } from "./command.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Flags } from "./flags.ts";
import { wrap } from "./wrap.ts";

/** Every page fits a terminal of 80 columns. */
const width = 80;
const indent = "  ";

type Row = readonly [term: string, meaning: string];

/** The help page of a command. */
export function formatHelp(command: Command, commands: readonly Command[]): string {
  const { words, summary, details, sections, examples } = command;
  const parts = [
    wrap(`${commandLine(command)} - ${summary}`, width),
    details === undefined ? [] : wrap(details, width),
    ["Usage:", `${indent}${usageLine(command)}`],
    table("Commands", listed(command, commands)),
    ...Object.entries(sections).map(([title, flags]) => table(title, flagRows(flags))),
    table("Examples", examples),
    words.length === 0 ? table("Exit codes", Object.entries(EXIT_CODES), "right") : [],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function usageLine(command: Command): string {
  const { arguments: taken = [], rest, run } = command;
  if (run === undefined) return `${commandLine(command)} <command> [flags]`;
  return [
    commandLine(command),
    ...taken.map(({ name, optional }) => (optional === true ? `[${name}]` : `<${name}>`)),
    "[flags]",
    ...(rest === undefined ? [] : [`[-- ${rest}]`]),
  ].join(" ");
}

/** The commands below this one that do something, by the words still to be typed. */
function listed(command: Command, commands: readonly Command[]): Row[] {
  const { words } = command;
  const below = commands.filter(
    (other) =>
      other.run !== undefined && words.every((word, at) => other.words[at] === word) && other !== command,
  );
  return below.map((other) => [other.words.slice(words.length).join(" "), other.summary]);
}

function flagRows(flags: Flags): Row[] {
  return Object.entries(flags).map(([name, { short, value, description }]) => [
    `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` <${value}>`}`,
    description,
  ]);
}

/** Terms on the left, what they mean on the right; below each other where the terms are long. */
function table(title: string, rows: readonly Row[], align: "left" | "right" = "left"): string[] {
  if (rows.length === 0) return [];
  const column = Math.max(...rows.map(([term]) => term.length));
  const lines = rows.flatMap(([term, meaning]) => {
    const head = align === "left" ? term.padEnd(column) : term.padStart(column);
    const [first = "", ...more] = wrap(meaning, width, " ".repeat(indent.length + column + 2));
    return [`${indent}${head}${indent}${first.trimStart()}`, ...more];
  });
  return [`${title}:`, ...lines];
}
