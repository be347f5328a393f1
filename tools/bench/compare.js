import { spawnSync } from "node:child_process";
import { median } from "./median.js";

/** How often each of the two runs, the first run of each not counted. */
const pairs = 25;

/**
 * Runs two Node programs in turn and compares their times.
 * @param {string} name
 * @param {readonly string[]} args
 * @param {string} floorName
 * @param {readonly string[]} floorArgs
 * @param {number} aim
 */
export async function compare(name, args, floorName, floorArgs, aim) {
  /** @type {number[]} */
  const commands = [];
  /** @type {number[]} */
  const floors = [];
  for (let pair = 0; pair <= pairs; pair++) {
    const [command, floor] = [timed(args), timed(floorArgs)];
    if (pair === 0) continue;
    commands.push(command);
    floors.push(floor);
  }
  const ratios = commands.map((command, pair) => command / (floors[pair] ?? NaN));
  const least = Math.min(...commands) / Math.min(...floors);
  return {
    name,
    floorName,
    command: median(commands),
    floor: median(floors),
    ratio: median(ratios),
    least,
    aim,
  };
}

/** @param {readonly string[]} args */
function timed(args) {
  // Reading a certificate bundle at each start would be part of both times and hide the difference.
  const env = { ...process.env };
  delete env["NODE_EXTRA_CA_CERTS"];
  const start = process.hrtime.bigint();
  const { status, error } = spawnSync(process.execPath, args, { env, stdio: "ignore" });
  const end = process.hrtime.bigint();
  if (error !== undefined || status !== 0)
    throw new Error(`${args.join(" ")} ended with ${status}`, { cause: error });
  return Number(end - start) / 1e6;
}
