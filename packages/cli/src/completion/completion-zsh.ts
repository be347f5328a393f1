import { briefly, flagsWithValue, type CompletionPlace } from "./completion-place.ts";
import type { Flag } from "../command-line/flags.ts";

/** Works with `eval` after `compinit`, and as a file `_durar` in `$fpath`. */
export function zshCompletion(places: readonly CompletionPlace[]): string {
  const known = places.filter(({ words }) => words !== "").map(({ words }) => `"${words}"`);
  const cases = places.map(({ words, next, flags }) => {
    const specs = flags.map(flagSpec);
    // Evaluated once more, unlike all else: there a quote means something too.
    const described = next.map(([word, description]) => `${word}\\:${escaped(description, " :()'")}`);
    // Without a rule for the words that led here, no flag would be offered behind them.
    const rest = next.length === 0 ? "'*: :()'" : `'*:command:((${described.join(" ")}))'`;
    return `    ("${words}") _arguments ${[...specs, rest].join(" ")} ;;`;
  });
  return `#compdef durar Durar
# zsh completion for durar: eval "$(durar completion zsh)", after compinit
_durar() {
  local at="" word skip=0
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if ((skip)); then skip=0; continue; fi
    case "$word" in
      (${flagsWithValue(places).join("|")}) skip=1; continue ;;
    esac
    case "\${at:+$at }$word" in
      (${known.join("|")}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases.join("\n")}
  esac
}
if [[ "\${funcstack[1]}" == "_durar" ]]; then _durar "$@"; else compdef _durar durar Durar; fi
`;
}

function flagSpec([name, flag]: readonly [string, Flag]): string {
  const { value, choices, completes } = flag;
  const about = `[${escaped(briefly(flag), "[]:")}]`;
  if (value === undefined) return `'--${name}${about}'`;
  const files = completes === "directory" ? "_files -/" : "_files";
  const action = choices === undefined ? files : `(${choices.join(" ")})`;
  // The equals sign lets the value follow with one or without.
  return `'--${name}=${about}:${value}:${action}'`;
}

/** Text inside a specification in single quotes, where these characters and the backslash mean something. */
function escaped(text: string, special: string): string {
  const meaningful = `${special}\\`;
  return [...text]
    .map((character) => (meaningful.includes(character) ? `\\${character}` : character))
    .join("")
    .replaceAll("'", "'\\''");
}
