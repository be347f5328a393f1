/** Deeper than a caller reads. */
export const MAX_ANSWER_DEPTH = 200;

/** Where the object that text starts with ends, and how deep it nests. */
export interface FirstDocument {
  /** The index behind its closing bracket. */
  readonly end: number;
  readonly depth: number;
}

/**
 * Finds the end of the JSON object that text starts with, by its brackets; linear, and says nothing of whether it is
 * valid. Answers `undefined` for text that starts with something else, or ends before the object does.
 */
export function firstDocument(text: string): FirstDocument | undefined {
  let open = 0;
  let depth = 0;
  let inString = false;
  const start = text.search(/\S/);
  if (text[start] !== "{") return undefined;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") {
      open += 1;
      depth = Math.max(depth, open);
    } else if (character === "}" || character === "]") {
      open -= 1;
      if (open === 0) return { end: index + 1, depth };
    }
  }
  return undefined;
}
