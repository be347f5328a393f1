import type { BigIntStats } from "node:fs";
import { lstat } from "node:fs/promises";
import { dirname } from "node:path";
import { commitError } from "./errors.ts";
import { attempt, codeOf, systemError } from "./system-error.ts";

const byOwner = 0o200n;

/**
 * Looks at what stands at a real path, opening nothing.
 *
 * @returns its stats, or `undefined` where nothing is
 * @throws COMMIT_REFUSED for what a rename would not replace faithfully: no regular file, one with several hard links,
 * one its owner made read-only, a mount point; COMMIT_FAILED where the system refuses to look
 */
export async function examineTarget(realPath: string): Promise<BigIntStats | undefined> {
  let stats: BigIntStats;
  try {
    stats = await lstat(realPath, { bigint: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw systemError(`${realPath} cannot be examined`, error);
  }
  const directory = await attempt(`the directory of ${realPath} cannot be examined`, () =>
    lstat(dirname(realPath), { bigint: true }),
  );
  const objection = objectionTo(stats, directory);
  if (objection === undefined) return stats;
  const [problem, hint] = objection;
  throw commitError("COMMIT_REFUSED", `${realPath} ${problem}`, { hint });
}

type Objection = readonly [problem: string, hint: string];

function objectionTo(stats: BigIntStats, directory: BigIntStats): Objection | undefined {
  if (!stats.isFile()) return [`is a ${kindOf(stats)}, not a regular file`, "name a regular file"];
  if (stats.nlink > 1n)
    return [
      `has ${stats.nlink} hard links, and only one of them would get the new content`,
      "replace it by a copy of its own, or use symbolic links",
    ];
  if ((stats.mode & byOwner) === 0n)
    return ["is read-only", "make it writable if it may be changed (chmod u+w)"];
  return stats.dev === directory.dev ? undefined : MOUNTED;
}

/** What is wrong with a mount point, and what to do. */
export const MOUNTED: Objection = Object.freeze([
  "is a mount point, which cannot be replaced",
  "mount its directory instead of the file",
]);

function kindOf(stats: BigIntStats): string {
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "symbolic link";
  if (stats.isFIFO()) return "FIFO";
  return stats.isSocket() ? "socket" : "device";
}
