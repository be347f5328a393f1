import type { Command } from "commander";
import { CommandError } from "./command-error.ts";

/** What can follow a command: its sub-commands, its flags, and what each flag takes. */
interface Node {
  /** The words that lead here, `secrets audit`. */
  readonly path: string;
  readonly commands: readonly string[];
  readonly flags: readonly {
    readonly flag: string;
    readonly choices: readonly string[];
    readonly description: string;
  }[];
  /** What an argument may be. */
  readonly words: readonly string[];
}

const shells = ["bash", "zsh", "fish"] as const;

/**
 * The completion script of a shell, made from the program itself, so that no flag is missing from it.
 *
 * @throws CommandError `USAGE` for another shell
 */
export function completionScript(shell: string, program: Command): string {
  const nodes = nodesOf(program, []);
  switch (shell) {
    case "bash":
      return bash(nodes);
    case "zsh":
      return `#compdef durar\nautoload -U +X bashcompinit && bashcompinit\n${bash(nodes)}`;
    case "fish":
      return fish(nodes);
    default:
      throw new CommandError(
        "USAGE",
        "there is no completion for this shell",
        `use one of ${shells.join(", ")}`,
      );
  }
}

function nodesOf(command: Command, path: readonly string[]): Node[] {
  const commands = command.commands.map((inner) => inner.name());
  const flags = [...command.options, ...command.createHelp().visibleOptions(command)].flatMap((option) =>
    option.long == null
      ? []
      : [{ flag: option.long, choices: option.argChoices ?? [], description: option.description }],
  );
  const unique = flags.filter(({ flag }, index) => flags.findIndex((other) => other.flag === flag) === index);
  const words = command.name() === "completion" ? shells : [];
  return [
    { path: path.join(" "), commands, flags: unique, words },
    ...command.commands.flatMap((inner) => nodesOf(inner, [...path, inner.name()])),
  ];
}

function bash(nodes: readonly Node[]): string {
  const cases = nodes.flatMap(({ path, commands, flags, words }) => [
    ...flags
      .filter(({ choices }) => choices.length > 0)
      .map(({ flag, choices }) => `    "${path}:${flag}") words="${choices.join(" ")}" ;;`),
    `    "${path}:"*) words="${[...commands, ...words, ...flags.map(({ flag }) => flag)].join(" ")}" ;;`,
  ]);
  const paths = nodes.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
  return `_durar() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" index next
  for ((index = 1; index < COMP_CWORD; index++)); do
    next="\${path:+$path }\${COMP_WORDS[index]}"
    case "$next" in ${paths.join("|")}) path="$next" ;; esac
  done
  case "$path:$previous" in
${cases.join("\n")}
  esac
  case "$previous" in --config|--baseline|--write-baseline|--state-dir) COMPREPLY=(); return ;; esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _durar durar Durar
`;
}

function fish(nodes: readonly Node[]): string {
  const lines = nodes.flatMap(({ path, commands, flags, words }) => {
    const at = `-n '__durar_at "${path}"'`;
    return [
      ...[...commands, ...words].map((word) => `complete -c durar -f ${at} -a ${word}`),
      ...flags.map(({ flag, choices, description }) => {
        const takes = choices.length === 0 ? "" : ` -x -a '${choices.join(" ")}'`;
        return `complete -c durar ${at} -l ${flag.slice(2)}${takes} -d '${description.replaceAll("'", "\\'")}'`;
      }),
    ];
  });
  const known = nodes.flatMap(({ commands }) => commands).join(" ");
  return `function __durar_at
  set -l words (commandline -opc)
  set -l path
  for word in $words[2..-1]
    contains -- $word ${known}; and set -a path $word
  end
  test "$path" = "$argv[1]"
end
${lines.join("\n")}
`;
}
