/**
 * Whether JSON text nests arrays and objects deeper than `depth`; linear, and says nothing of whether it is valid.
 * Asked before `JSON.parse`, which takes seconds and hundreds of megabytes over a long run of brackets.
 */
export function isNestedDeeperThan(depth: number, text: string): boolean {
  let open = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "[" || character === "{") {
      open += 1;
      if (open > depth) return true;
    } else if (character === "]" || character === "}") open -= 1;
  }
  return false;
}
