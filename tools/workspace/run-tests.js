import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/*
 * Builds, runs every test, and searches whatever the run printed or left behind for the secrets that tests made up.
 * Ends with one line that any CI can read: N passed, N failed, N skipped.
 */

const root = fileURLToPath(new URL("../../", import.meta.url));
const place = mkdtempSync(join(tmpdir(), "durar-suite-"));
// Tests start processes of other users, who must be able to enter.
chmodSync(place, 0o755);
const results = join(place, "results.json");
// Where tests put their files: what is left here afterwards is searched.
const temporary = join(place, "tmp");
mkdirSync(temporary);
chmodSync(temporary, 0o1777);

/**
 * @typedef {{ fullName: string, status: string }} Assertion
 * @typedef {{ numPassedTests: number, numFailedTests: number, success: boolean, testResults: { name: string, message: string, status: string, assertionResults: Assertion[] }[] }} Results
 */

/**
 * Runs a command, shows what it prints, and keeps it.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, output: string }>}
 */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, TMPDIR: temporary, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" };
    const child = spawn(join(root, "node_modules/.bin", command), args, {
      cwd: root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const [from, to] of /** @type {const} */ ([
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]))
      from.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
        output += text;
        to.write(text);
      });
    child.on("error", reject).on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Every file below a directory, by path.
 * @param {string} directory
 * @returns {string[]}
 */
function filesBelow(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

const built = await run("nx", ["run-many", "-t", "build"]);
if (built.code !== 0) process.exit(built.code);
const { code, output } = await run("vitest", [
  "run",
  ...["--reporter=default", "--reporter=json", `--outputFile.json=${results}`],
  ...process.argv.slice(2),
]);

/** @type {Results | undefined} */
const report = existsSync(results) ? JSON.parse(readFileSync(results, "utf8")) : undefined;
const tests = (report?.testResults ?? []).flatMap(({ assertionResults }) => assertionResults);
const skipped = tests.filter(({ status }) => status === "skipped" || status === "pending");
const passed = report?.numPassedTests ?? 0;
let failed = report?.numFailedTests ?? 0;
if (code !== 0 && failed === 0) failed = 1;

// In two pieces, so that this line is not found itself.
const canaries = new RegExp(`${["durar", "canary"].join("-")}-[0-9a-f]{24}`);
const left = filesBelow(temporary);
const leaks = [
  ...(canaries.test(output) ? ["the suite's output"] : []),
  ...[...left, results, ...filesBelow(join(root, "coverage"))].filter(
    (path) => existsSync(path) && canaries.test(readFileSync(path, "latin1")),
  ),
];
for (const leak of leaks) process.stdout.write(`leak: a test's secret stands in ${leak}\n`);
if (leaks.length > 0) failed += 1;
process.stdout.write(
  `searched for leaks: ${output.length} characters of output, ${left.length} files left behind\n`,
);
for (const { fullName } of skipped) process.stdout.write(`skipped: ${fullName.trim()}\n`);
rmSync(place, { recursive: true, force: true });
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
process.exitCode = failed === 0 ? 0 : 1;
