import { briefly, flagsWithValue, type CompletionPlace } from "./completion-place.ts";
import type { Flag } from "../command-line/flags.ts";

/** For fish 3 and later. */
export function fishCompletion(places: readonly CompletionPlace[]): string {
  const known = places.filter(({ words }) => words !== "").map(({ words }) => quoted(words));
  const lines = places.flatMap(({ words, next, flags }) => {
    const at = `complete -c $command -n ${quoted(`__durar_at ${quoted(words)}`)}`;
    return [
      ...next.map(([word, description]) => `${at} -a ${word}${about(description)}`),
      ...flags.map((flag) => `${at} ${flagOptions(flag)}`),
    ];
  });
  return `# fish completion for durar: durar completion fish | source
function __durar_at
    set -l at
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word ${flagsWithValue(places).join(" ")}
            set skip 1
        else if contains -- (string join ' ' $at $word) ${known.join(" ")}
            set at $at $word
        end
    end
    test "$at" = "$argv[1]"
end
for command in durar Durar
    complete -c $command -f
${lines.map((line) => `    ${line}`).join("\n")}
end
`;
}

function flagOptions([name, flag]: readonly [string, Flag]): string {
  const { short, value, choices, completes } = flag;
  const names = `${short === undefined ? "" : `-s ${short} `}-l ${name}`;
  const described = about(briefly(flag));
  if (value === undefined) return `${names}${described}`;
  if (choices !== undefined) return `${names} -x -a ${quoted(choices.join(" "))}${described}`;
  const files = completes === "directory" ? `-x -a '(__fish_complete_directories)'` : "-r -F";
  return `${names} ${files}${described}`;
}

function about(description: string): string {
  return description === "" ? "" : ` -d ${quoted(description)}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
