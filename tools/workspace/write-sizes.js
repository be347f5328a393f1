import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureInstallSizes, SIZE_SENTENCE, sizeSentence, statedSizes } from "./src/install-size.js";

/*
 * Writes into every README what installing the package brings: over the sentence that is there, else below the
 * command of its section Install.
 */

const root = fileURLToPath(new URL("../../", import.meta.url));
const install = /\n## Install\n\n```sh\n[^`]*```\n/;

for (const [folder, size] of await measureInstallSizes(root)) {
  const path = join(root, "packages", folder, "README.md");
  const readme = readFileSync(path, "utf8");
  const sentence = sizeSentence(size);
  const written =
    statedSizes(readme).length === 0
      ? readme.replace(install, (command) => `${command}\n${sentence}\n`)
      : readme.replace(SIZE_SENTENCE, sentence);
  writeFileSync(path, written);
  console.log(`@durar/${folder}: ${sentence}`);
}
