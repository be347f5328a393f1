import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { page } from "./page.ts";

/** The help pages as they are printed; the command's own tests hold them to the command. */
const HELP = fileURLToPath(new URL("../../../packages/cli/fixtures/help/", import.meta.url));

/** `docs/reference/cli.md`: the help page of every command. */
export function cliPage(): string {
  const names = readdirSync(HELP)
    .map((file) => file.replace(/\.txt$/, ""))
    .sort();
  return page(
    "Command line",
    "The help page of every command, as `durar help COMMAND` prints it.",
    ...names.map((name) => {
      const help = readFileSync(`${HELP}${name}.txt`, "utf8");
      const [title = name] = help.split(" - ");
      return `## ${title}\n\n\`\`\`text\n${help}\`\`\``;
    }),
  );
}
