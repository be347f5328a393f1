import { flagsWithValue, type CompletionPlace } from "./completion-place.ts";

/** For bash 4 and later; needs no bash-completion package. */
export function bashCompletion(places: readonly CompletionPlace[]): string {
  const known = places.filter(({ words }) => words !== "").map(({ words }) => `"${words}"`);
  const cases = places.map(({ words, next, flags }) => {
    const offered = [...next.map(([word]) => word), ...flags.map(([name]) => `--${name}`)];
    return `    "${words}") words="${offered.join(" ")}" ;;`;
  });
  return `# bash completion for durar: eval "$(durar completion bash)"
_durar() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" at="" words="" index
  # bash splits --flag=value into three words
  if [[ $current == "=" ]]; then
    current=""
  elif [[ $previous == "=" && $COMP_CWORD -gt 1 ]]; then
    previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  case "$previous" in
${valueCases(places)}
  esac
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
      ${flagsWithValue(places).join("|")}) # its value is no command
        [[ \${COMP_WORDS[index+1]} == "=" ]] && ((index++))
        ((index++))
        continue ;;
    esac
    case "\${at:+$at }\${COMP_WORDS[index]}" in
      ${known.join("|")}) at="\${at:+$at }\${COMP_WORDS[index]}" ;;
    esac
  done
  case "$at" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _durar durar Durar
`;
}

function valueCases(places: readonly CompletionPlace[]): string {
  const flags = new Map(places.flatMap(({ flags }) => flags));
  return [...flags]
    .flatMap(([name, { choices, completes }]) => {
      if (choices !== undefined)
        return [`    --${name}) COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$current")); return ;;`];
      if (completes === undefined) return [];
      const action = completes === "file" ? "-f" : "-d";
      // Names may hold spaces; readline quotes them.
      return [
        `    --${name}) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen ${action} -- "$current"); return ;;`,
      ];
    })
    .join("\n");
}
