import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { copyWorkspace } from "../workspace/src/copy-workspace.js";
import { makeRepository } from "./src/make-repository.js";
import { PROJECTS } from "./src/projects.js";
import { startRegistry } from "./src/registry.js";

/*
 * Rehearses a release: `npm run release` on a copy of this workspace, with a registry of this machine, from which the
 * packages are then installed into empty projects and used. `npm run rehearse -- --nodes 20,22` does so with those
 * versions of Node, and not with the one that runs this.
 */

const root = fileURLToPath(new URL("../../", import.meta.url));
const npm = process.env["npm_execpath"];
if (npm === undefined) throw new Error("run it with npm run rehearse");

/**
 * Runs a command to its end, and answers what it printed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, exitCode?: number, show?: boolean }} options
 */
function run(command, args, { cwd, env = process.env, exitCode = 0, show = false }) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    ...{ cwd, env, encoding: "utf8", timeout: 900_000, maxBuffer: 64 * 1024 * 1024 },
    stdio: show ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
  });
  if (error !== undefined) throw error;
  if (status === exitCode) return show ? "" : stdout;
  const said = show ? "" : `\n${stdout}${stderr}`;
  throw new Error(
    `${[command, ...args].join(" ")} ended with ${String(status)}, not ${String(exitCode)}${said}`,
  );
}

/**
 * Brings a version of Node from the registry.
 *
 * @param {string} version
 * @param {string} directory
 */
function nodeOf(version, directory) {
  const name = `node-${process.platform}-${process.arch}`;
  const place = join(directory, `node-${version}`);
  mkdirSync(place);
  writeFileSync(join(place, "package.json"), '{ "private": true }\n');
  run(process.execPath, [npm ?? "", "install", "--no-audit", "--no-fund", `${name}@${version}`], {
    cwd: place,
  });
  return join(place, "node_modules", name, "bin/node");
}

const { values } = parseArgs({ options: { nodes: { type: "string" } } });
const place = mkdtempSync(join(tmpdir(), "durar-rehearsal-"));
const setting = (/** @type {string} */ name) =>
  run(process.execPath, [npm, "config", "get", name], { cwd: root }).trim();
const authorities = setting("cafile");
const registry = await startRegistry(
  join(place, "registry"),
  setting("registry"),
  authorities === "null" ? undefined : authorities,
);
const copy = copyWorkspace();
try {
  // What is built already is not built again.
  if (existsSync(join(root, ".nx"))) cpSync(join(root, ".nx"), join(copy, ".nx"), { recursive: true });
  makeRepository(copy);
  const env = { ...process.env, NPM_CONFIG_USERCONFIG: registry.npmrc, npm_config_registry: registry.url };
  run(process.execPath, [npm, "run", "release"], { cwd: copy, env, show: true });

  process.stdout.write("\n");
  const nodes = values.nodes?.split(",").map((version) => nodeOf(version, place)) ?? [process.execPath];
  for (const node of nodes) {
    const version = run(node, ["--version"], { cwd: place }).trim();
    for (const [index, { name, packages, absent, use }] of PROJECTS.entries()) {
      const directory = join(place, `project-${String(index)}-${version}`);
      mkdirSync(directory);
      writeFileSync(join(directory, "package.json"), '{ "private": true, "type": "module" }\n');
      const path = `${dirname(node)}:${process.env["PATH"] ?? ""}`;
      const install = [npm, "install", "--no-audit", "--no-fund", ...packages];
      run(node, install, { cwd: directory, env: { ...env, PATH: path } });
      const brought = absent.filter((other) => existsSync(join(directory, "node_modules", other)));
      if (brought.length > 0) throw new Error(`${name} brings ${brought.join(", ")}`);
      const plain = { PATH: path, HOME: directory };
      await use({
        ...{ directory, node },
        run: (args, exitCode = 0) => run(node, args, { cwd: directory, env: plain, exitCode }),
      });
      process.stdout.write(`Node ${version}: ${name} works\n`);
    }
  }
} finally {
  registry.stop();
  for (const directory of [place, copy]) rmSync(directory, { recursive: true, force: true });
}
