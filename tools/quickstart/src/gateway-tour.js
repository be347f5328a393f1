import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changeSecrets } from "./change-secrets.js";

/**
 * What a tour is given.
 * @typedef {object} Tour
 * @property {string} directory the state directory
 * @property {string} durar the command
 * @property {Readonly<Record<string, string>>} environment
 * @property {(...lines: readonly string[]) => void} say
 * @property {(...args: readonly string[]) => void} run runs the command before the visitor's eyes
 * @property {(name: string) => string} makeSecret
 */

/**
 * Shows what becomes of a gateway's secrets when one is rotated, when their vault fails, and when it is back.
 * @param {Tour} tour
 */
export async function tourGateway({ directory, durar, environment, say, run, makeSecret }) {
  const seal = join(directory, "vault.sealed");
  say("", "The gateway runs on the result:");
  const gateway = await startGateway(durar, directory, environment);
  say("", "$ durar gateway run --port 0 &", "");
  say(`  ${await gateway.told("SECRETS_ACTIVATED")}`);
  try {
    run("gateway", "status");

    say("", "A key is rotated in secrets.json. Nobody has to say so: the file is watched.");
    changeSecrets(directory, ({ providers }) => (providers["openai"] = { apiKey: makeSecret("openai") }));
    say("", `  ${await gateway.told("SECRETS_ACTIVATED")}`);
    run("secrets", "reload");
    await gateway.told("SECRETS_ACTIVATED");

    say("", "The vault fails. The gateway keeps what it had, says so once, and tries again by itself.");
    writeFileSync(seal, "");
    run("secrets", "reload");
    say("", `  ${await gateway.told("SECRETS_RELOADER_DEGRADED")}`);
    run("secrets", "status", "--quiet");

    say("", "The vault is back. Nobody has to do anything:");
    rmSync(seal);
    say("", `  ${await gateway.told("SECRETS_RELOADER_RECOVERED")}`);
    run("secrets", "status", "--quiet");
  } finally {
    await gateway.stop();
  }
}

/**
 * @param {string} durar
 * @param {string} directory
 * @param {Readonly<Record<string, string>>} environment
 */
async function startGateway(durar, directory, environment) {
  const { HOME = "", PATH = "" } = process.env;
  const child = spawn(process.execPath, [durar, "gateway", "run", "--port", "0"], {
    cwd: directory,
    env: { HOME, PATH, Durar_STATE_DIR: directory, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let log = "";
  let seen = 0;
  child.stdout.setEncoding("utf8").on("data", (text) => (log += text));
  /** The next line of the log with a code, as a person would say it. @param {string} code */
  const told = async (code) => {
    for (;;) {
      const lines = log.split("\n");
      const at = lines.findIndex((line, index) => index >= seen && line.includes(`"code":"${code}"`));
      if (at >= 0) {
        seen = at + 1;
        const { msg } = JSON.parse(lines[at] ?? "");
        return `gateway: ${code}: ${msg}`;
      }
      if (child.exitCode !== null) throw new Error("the gateway has ended");
      await Promise.race([once(child.stdout, "data"), once(child, "close")]);
    }
  };
  const stop = async () => {
    const ended = once(child, "close");
    child.kill("SIGTERM");
    await ended;
  };
  return { told, stop };
}
