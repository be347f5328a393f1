import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * @typedef {object} Registry
 * @property {string} url
 * @property {string} npmrc a file of npm settings with which one may publish there
 * @property {() => void} stop
 */

/**
 * Starts an npm registry on loopback that is empty but for what it passes through from another one.
 *
 * @param {string} directory where it keeps everything
 * @param {string} upstream the registry for packages that are not ours
 * @param {string} [authorities] a file of certificates by which that one is known, besides the usual ones
 * @returns {Promise<Registry>}
 */
export async function startRegistry(directory, upstream, authorities) {
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}/`;
  const config = join(directory, "config.yaml");
  writeFileSync(
    config,
    JSON.stringify({
      storage: join(directory, "storage"),
      auth: { htpasswd: { file: join(directory, "htpasswd"), max_users: 1 } },
      uplinks: { upstream: { url: upstream, timeout: "60s", maxage: "60m" } },
      packages: {
        "@durar/*": { access: "$all", publish: "$authenticated" },
        "**": { access: "$all", proxy: "upstream" },
      },
      max_body_size: "50mb",
      log: { type: "stdout", level: "warn" },
    }),
  );
  const log = openSync(join(directory, "log"), "a");
  const bin = createRequire(import.meta.url).resolve("verdaccio/bin/verdaccio");
  const child = spawn(process.execPath, [bin, "--config", config, "--listen", url], {
    cwd: directory,
    env: { ...process.env, ...(authorities === undefined ? {} : { NODE_EXTRA_CA_CERTS: authorities }) },
    stdio: ["ignore", log, log],
  });
  const stop = () => void child.kill();
  const token = await untilAnswers(url, child)
    .then(() => register(url))
    .catch((error) => {
      stop();
      throw error;
    });
  const npmrc = join(directory, "npmrc");
  writeFileSync(npmrc, `registry=${url}\n//127.0.0.1:${String(port)}/:_authToken=${token}\n`, {
    mode: 0o600,
  });
  return { url, npmrc, stop };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}

/**
 * @param {string} url
 * @param {import("node:child_process").ChildProcess} child
 */
async function untilAnswers(url, child) {
  const ends = Date.now() + 60_000;
  while (Date.now() < ends && child.exitCode === null) {
    const isUp = await fetch(`${url}-/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("the registry does not start");
}

/**
 * @param {string} url
 * @returns {Promise<string>}
 */
async function register(url) {
  const response = await fetch(`${url}-/user/org.couchdb.user:release`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "release", password: "only on this machine" }),
  });
  const { token } = /** @type {{ token?: string }} */ (await response.json());
  if (token === undefined) throw new Error("the registry takes no user");
  return token;
}
