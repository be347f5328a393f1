import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/*
 * Releases what has changed: versions, builds, checks, publishes. Whatever fails stops it before anything is published.
 * It publishes to the registry that npm is configured with, and with provenance where the host can vouch for the build
 * (https://docs.npmjs.com/generating-provenance-statements). What is published already is left alone, so that a release
 * that was interrupted can be run again.
 */

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function step(command, args, env = process.env) {
  process.stdout.write(`\n== ${[command, ...args].join(" ")}\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const isPending = readdirSync(`${root}.changeset`).some(
  (name) => name.endsWith(".md") && name !== "README.md",
);
if (isPending) step("npm", ["run", "version-packages"]);
step("npm", ["run", "check"]);
// Hosts that can vouch for a build let it ask for an identity.
const canVouch =
  process.env["ACTIONS_ID_TOKEN_REQUEST_URL"] !== undefined || process.env["SIGSTORE_ID_TOKEN"] !== undefined;
step(
  "npx",
  ["changeset", "publish"],
  canVouch ? { ...process.env, NPM_CONFIG_PROVENANCE: "true" } : process.env,
);
