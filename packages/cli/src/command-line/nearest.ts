/** The word that was most likely meant: the nearest by edits, where it is near enough to be a slip. */
export function nearest(typed: string, words: Iterable<string>): string | undefined {
  let best: { readonly word: string; readonly edits: number } | undefined;
  for (const word of words) {
    const edits = countEdits(typed, word);
    // A third of the word may be wrong; more is another word.
    if (edits * 3 <= Math.max(word.length, 3) && edits < (best?.edits ?? Infinity)) best = { word, edits };
  }
  return best?.word;
}

/** How many insertions, deletions, replacements and swaps of neighbours lead from one word to the other. */
function countEdits(from: string, to: string): number {
  // What is far longer is no slip, and may be as long as a command line can be.
  if (Math.abs(from.length - to.length) > to.length) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const at = (line: readonly number[], index: number): number => line[index] ?? Infinity;
      const same = from[row - 1] === to[column - 1];
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          at(current, column - 1) + 1,
          at(last, column) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Infinity,
        ),
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[to.length] ?? Infinity;
}
