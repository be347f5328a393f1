/** Lines of whole words, no wider than a terminal, each behind the margin; a word that is too long has a line of its own. */
export function wrap(text: string, width: number, margin = ""): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(margin + word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
