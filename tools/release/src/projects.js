import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * What a project can do with what it has installed.
 *
 * @typedef {object} Installed
 * @property {string} directory
 * @property {string} node the program that runs it
 * @property {(args: readonly string[], exitCode?: number) => string} run runs Node to its end, and answers what it printed
 */

/**
 * An empty project outside the workspace.
 *
 * @typedef {object} Project
 * @property {string} name
 * @property {readonly string[]} packages what it installs
 * @property {readonly string[]} absent what must not come along
 * @property {(installed: Installed) => Promise<void>} use throws where something is not as it should be
 */

const programs = fileURLToPath(new URL("../programs/", import.meta.url));
const packages = fileURLToPath(new URL("../../../packages/", import.meta.url));

/** @type {readonly Project[]} */
export const PROJECTS = [
  {
    name: "the command line",
    packages: ["@durar/cli"],
    absent: ["@durar/gateway", "fastify", "execa"],
    use: useCommandLine,
  },
  {
    name: "provider-exec alone",
    packages: ["@durar/provider-exec"],
    absent: ["@durar/snapshot", "@durar/provider-file", "fastify"],
    use: program("exec-alone.js", "db/password [secret] 13\ndb/other SECRET_NOT_FOUND\n"),
  },
  {
    name: "a gateway of somebody else's",
    packages: [
      "@durar/snapshot",
      "@durar/resolution",
      "@durar/credential-surface",
      "@durar/provider-env",
      "@durar/provider-file",
    ],
    absent: ["@durar/provider-exec", "execa", "@durar/durar-config", "fastify"],
    use: program("small-gateway.js", "3\n 8\n undefined\n\n[ 'upstreams.maps.key' ] 5\n\n"),
  },
  {
    name: "a resolver of somebody else's",
    packages: ["@durar/resolver-kit"],
    absent: ["@durar/provider-exec", "execa"],
    use: useResolverKit,
  },
  {
    name: "the example of every README",
    packages: readdirSync(packages).map((name) => `@durar/${name}`),
    absent: [],
    use: runExamples,
  },
];

/**
 * @param {string} file
 * @param {string} output what it is to print
 * @returns {Project["use"]}
 */
function program(file, output) {
  return async ({ directory, run }) => {
    copyFileSync(join(programs, file), join(directory, file));
    expectEqual(file, run([file]), output);
  };
}

/**
 * From plaintext to a gateway that runs, as an operator goes.
 *
 * @param {Installed} installed
 */
async function useCommandLine({ directory, node, run }) {
  const bin = join(directory, "node_modules/@durar/cli/bin/durar.js");
  const state = join(directory, "state");
  const durar = (/** @type {readonly string[]} */ args, exitCode = 0) =>
    run([bin, ...args, "--state-dir", state], exitCode);
  mkdirSync(state, { mode: 0o700 });
  const config = { models: { providers: { openai: { apiKey: "sk-this-is-no-real-key-but-long" } } } };
  writeFileSync(join(state, "Durar.json"), JSON.stringify(config), { mode: 0o600 });
  const plan = join(directory, "plan.json");

  durar(["secrets", "audit", "--check"], 1);
  durar(["secrets", "plan", "--all-plaintext-to", "env", "--move-values", "--out", plan]);
  durar(["secrets", "apply", "--from", plan]);
  durar(["secrets", "audit", "--check"]);
  if (readFileSync(join(state, "Durar.json"), "utf8").includes("sk-this"))
    throw new Error("plaintext is left");

  durar(["gateway", "status"], 69);
  const gateway = spawn(node, [bin, "gateway", "run", "--state-dir", state], {
    cwd: directory,
    stdio: "ignore",
  });
  try {
    await until(
      "the gateway serves",
      () => existsSync(join(state, "gateway.sock")) || gateway.exitCode !== null,
    );
    const status = /** @type {{ state: string, generation: number }} */ (
      JSON.parse(durar(["secrets", "status", "--json"]))
    );
    expectEqual("the gateway's state", `${status.state} ${String(status.generation)}`, "healthy 1");
    durar(["secrets", "reload"]);
  } finally {
    gateway.kill("SIGTERM");
  }
  await until("the gateway ends", () => gateway.exitCode !== null);
  expectEqual("the gateway's status", String(gateway.exitCode), "0");
}

/**
 * A resolver is written, and graded by the kit's own command.
 *
 * @param {Installed} installed
 */
async function useResolverKit({ directory, node, run }) {
  copyFileSync(join(programs, "my-resolver.js"), join(directory, "my-resolver.js"));
  const bin = join(directory, "node_modules/@durar/resolver-kit/bin/resolver-kit.js");
  run([bin, "conform", "--id", "db/password", "--", node, join(directory, "my-resolver.js")]);
}

/** @param {Installed} installed */
async function runExamples({ directory, run }) {
  for (const name of readdirSync(packages)) {
    const [, code = ""] =
      /```js\n([\s\S]*?)```/.exec(readFileSync(join(packages, name, "README.md"), "utf8")) ?? [];
    writeFileSync(join(directory, `${name}.mjs`), code);
    run([`${name}.mjs`]);
  }
}

/**
 * @param {string} what
 * @param {() => boolean} isSo
 */
async function until(what, isSo) {
  for (const ends = Date.now() + 30_000; !isSo(); await new Promise((resolve) => setTimeout(resolve, 50)))
    if (Date.now() > ends) throw new Error(`it does not come about that ${what}`);
}

/**
 * @param {string} what
 * @param {string} actual
 * @param {string} expected
 */
function expectEqual(what, actual, expected) {
  if (actual !== expected)
    throw new Error(`${what}: ${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
}
