import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineSurface } from "@durar/credential-surface";
import { fromEnv } from "@durar/provider-env";
import { fromExec } from "@durar/provider-exec";
import { createSecretsManager } from "@durar/snapshot";
import { median } from "./median.js";

const surface = defineSurface([{ id: "services.*.token" }]);

/**
 * A manager whose configuration has as many active refs, each its own.
 * @param {number} count
 * @param {(index: number) => object} ref
 * @param {object} [secrets] the `secrets` block
 */
function managerOf(count, ref, secrets = {}) {
  const services = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`service${index}`, { token: ref(index) }]),
  );
  const environment = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`TOKEN_${index}`, `value-${index}`]),
  );
  return createSecretsManager({
    surface,
    providers: [fromEnv(), fromExec()],
    load: () => ({ stores: [{ kind: "config", value: { secrets, services } }], environment }),
  });
}

/** @param {number} count */
function managerOfVariables(count) {
  const resolution = { maxRefsPerProvider: 4096 };
  // A provider takes 4,096 refs at most; so many are shared out among several.
  const aliases = Math.ceil(count / 4096);
  const providers = Object.fromEntries(
    Array.from({ length: aliases }, (_, index) => [`env${index}`, { source: "env" }]),
  );
  const ref = (/** @type {number} */ index) => ({
    source: "env",
    provider: `env${index % aliases}`,
    id: `TOKEN_${index}`,
  });
  return managerOf(count, ref, { providers, resolution });
}

/** Reading a secret from the snapshot in force, against looking it up in a plain map; nanoseconds for one. */
export async function benchRead() {
  const manager = managerOfVariables(1000);
  const { snapshot } = await manager.start();
  const paths = Array.from({ length: 1000 }, (_, index) => `services.service${index}.token`);
  const map = new Map(paths.map((path) => [path, snapshot.read(path)]));
  const rounds = 300;
  const time = (/** @type {(path: string) => unknown} */ read) => {
    const start = process.hrtime.bigint();
    let found = 0;
    for (let round = 0; round < rounds; round++)
      for (const path of paths) if (read(path) !== undefined) found++;
    if (found !== rounds * paths.length) throw new Error("a secret is missing");
    return Number(process.hrtime.bigint() - start) / found;
  };
  const read = (/** @type {string} */ path) => manager.snapshot.read(path);
  const get = (/** @type {string} */ path) => map.get(path);
  return paired(
    () => time(read),
    () => time(get),
  );
}

/**
 * One reload of 512 refs of one exec provider, against running its command by hand and parsing what it says.
 * @param {string} place
 */
export async function benchExec(place) {
  mkdirSync(place, { mode: 0o700 });
  const ids = Array.from({ length: 512 }, (_, index) => `services/number-${index}/token`);
  const values = Object.fromEntries(ids.map((id) => [id, `secret of ${id}`]));
  const answer = join(place, "answer.json");
  writeFileSync(answer, JSON.stringify({ protocolVersion: 1, values }));
  const command = join(place, "resolver");
  writeFileSync(command, `#!/bin/sh\nread -r request\nexec /bin/cat ${answer}\n`);
  chmodSync(command, 0o700);
  const ref = (/** @type {number} */ index) => ({ source: "exec", provider: "vault", id: ids[index] });
  const manager = managerOf(512, ref, { providers: { vault: { source: "exec", command } } });
  await manager.start();
  const request = `${JSON.stringify({ protocolVersion: 1, provider: "vault", ids })}\n`;
  return paired(
    () => timed(() => manager.reload()),
    () => timed(() => byHand(command, request)),
  );
}

/** @param {string} command @param {string} request */
function byHand(command, request) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { stdio: ["pipe", "pipe", "inherit"] });
    let answer = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (answer += text));
    child.on("error", reject).on("close", () => resolve(JSON.parse(answer)));
    child.stdin.end(request);
  });
}

/** Milliseconds of a reload at three sizes: the least of several, for nothing runs beside it to be compared with. */
export async function benchSizes() {
  const rows = [];
  for (const refs of [100, 1_000, 10_000]) {
    const manager = managerOfVariables(refs);
    await manager.start();
    const times = [];
    for (let round = 0; round < 9; round++) times.push(await timed(() => manager.reload()));
    rows.push({ refs, ms: Math.min(...times) });
  }
  return rows;
}

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/**
 * @param {() => number | Promise<number>} command
 * @param {() => number | Promise<number>} floor
 */
async function paired(command, floor) {
  /** @type {number[]} */
  const commands = [];
  /** @type {number[]} */
  const floors = [];
  for (let pair = 0; pair < 31; pair++) {
    const [one, other] = [await command(), await floor()];
    // The first ones are compiled while they run.
    if (pair < 6) continue;
    commands.push(one);
    floors.push(other);
  }
  const ratios = commands.map((one, pair) => one / (floors[pair] ?? NaN));
  return { command: median(commands), floor: median(floors), ratio: median(ratios) };
}
