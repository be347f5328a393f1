/** The first line of every page, so that nobody edits it. */
const NOTICE = "<!-- Made from the code by `npm run reference`. Edit the code, not this page. -->";

/** A page: a title, what it is about, and its parts. */
export function page(title: string, introduction: string, ...parts: readonly string[]): string {
  return `${[NOTICE, `# ${title}`, introduction, ...parts].join("\n\n")}\n`;
}

/** A table. What a cell holds is shown as it is: a bar in it ends no cell. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
}

export function code(text: string): string {
  return `\`${text}\``;
}
