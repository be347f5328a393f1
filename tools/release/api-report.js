import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { format } from "prettier";
import ts from "typescript";

/*
 * Compares a package's public types, as they are built, with its `api-report.md`: what a release changes for those who
 * import it shows in a review. Run in a package's folder, or at the root for all; `--update` writes the reports anew.
 */

/**
 * The declarations as a document: no comments, formatted, so that only a change of the interface changes it.
 * @param {string} name
 * @param {string} declarations
 */
async function report(name, declarations) {
  const source = ts.createSourceFile("index.d.ts", declarations, ts.ScriptTarget.Latest);
  const code = ts.createPrinter({ removeComments: true }).printFile(source);
  const formatted = await format(code, { parser: "typescript", printWidth: 110 });
  return `# The interface of @durar/${name}\n\nWhat a program can import, made by \`npm run api-report\`. A change of it belongs in the release's notes.\n\n\`\`\`ts\n${formatted}\`\`\`\n`;
}

/** @param {string} folder a package's */
async function check(folder) {
  const file = join(folder, "api-report.md");
  const name = basename(folder);
  const now = await report(name, readFileSync(join(folder, "dist/index.d.ts"), "utf8"));
  if (process.argv.includes("--update")) return writeFileSync(file, now);
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (now === before) return;
  const [gone, come] = [
    [before, now],
    [now, before],
  ].map(([one = "", other = ""]) => {
    const known = new Set(other.split("\n"));
    return one.split("\n").filter((line) => !known.has(line));
  });
  console.error(`@durar/${name}: the interface is another than api-report.md says`);
  for (const line of gone ?? []) console.error(`  - ${line}`);
  for (const line of come ?? []) console.error(`  + ${line}`);
  console.error("  -> if that is meant: npm run api-report, and a changeset that says so");
  process.exitCode = 1;
}

const here = process.cwd();
const packages = join(here, "packages");
const folders = existsSync(packages) ? readdirSync(packages).map((name) => join(packages, name)) : [here];
for (const folder of folders) await check(folder);
