import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tourGateway } from "./src/gateway-tour.js";
import { tourMigration } from "./src/migration-tour.js";
import { layOutState } from "./src/state-directory.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const durar = join(root, "packages/cli/bin/durar.js");

/** @param {readonly string[]} lines */
const say = (...lines) => process.stdout.write(`${lines.join("\n")}\n`);

const directory = mkdtempSync(join(tmpdir(), "durar-quickstart-"));
/** @param {string} name */
const makeSecret = (name) => `${name}-${randomBytes(12).toString("hex")}`;
const { environment, planted } = layOutState(directory, { makeSecret });
/** @param {readonly string[]} args */
function run(...args) {
  const typed = args.map((arg) => (/^[\w./:-]+$/.test(arg) ? arg : `'${arg}'`));
  say("", `$ durar ${typed.join(" ")}`, "");
  const { HOME = "", PATH = "" } = process.env;
  const { status } = spawnSync(process.execPath, [durar, ...args], {
    cwd: directory,
    env: { HOME, PATH, Durar_STATE_DIR: directory, ...environment },
    stdio: ["ignore", "inherit", "inherit"],
  });
  say("", `(exit ${status})`);
}
const inConfig = planted.filter(({ file }) => file === "Durar.json").length;

say(
  `A gateway's state directory, with secrets made up just now: ${directory}`,
  "Somebody has begun to move its API keys to references, and has not finished.",
);
run("secrets", "audit", "--allow-exec");
say(
  "",
  "What you see",
  `  - ${planted.length} credentials lie in files as plaintext (${inConfig} of them in Durar.json), each with its line and column.`,
  "    Two of those in .env are info: refs read them from there, so that is where they belong.",
  "  - One reference is dead: secrets.json has no /providers/groq/apiKey. A server would refuse to start.",
  "  - References, templates, markers such as secretref-managed and empty values are left in peace.",
  "  - The exec provider was run because of --allow-exec; without it, its ref is checked and not resolved.",
  "",
  "As a gate for CI: durar secrets audit --check (exit 1 on findings, 2 on dead refs, 3 when checks were skipped).",
);
run("config", "validate");
say(
  "",
  "That last command resolved nothing and ran nothing: the configuration is sound, the dead reference aside.",
);
say("", "The dead reference is in use, so a gateway would not start: all or nothing.");
run("gateway", "run", "--port", "0");

const tour = { directory, durar, environment, say, run, makeSecret };
tourMigration(tour);
await tourGateway(tour);
say(
  "",
  "What you saw: secrets are resolved once and served from memory. A failed reload changes nothing but the state,",
  "which says why; nothing falls back in silence. Write a change with durar config patch, and it is resolved first.",
);
if (process.argv.includes("--keep")) say("", `Kept: ${directory}`);
else rmSync(directory, { recursive: true });
