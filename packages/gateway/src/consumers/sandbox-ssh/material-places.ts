import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import type { Environment } from "@durar/secretref-schema";
import { removeDirectory } from "./material-directory.ts";
import { isQuotable } from "./ssh-config.ts";

/** Where the files for ssh may lie. */
export interface MaterialPlaces {
  /** Below `XDG_RUNTIME_DIR`, mostly in memory alone; `undefined` where that variable names no absolute path. */
  readonly runtime: string | undefined;
  readonly state: string;
}

/**
 * The directories that belong to the gateway of one state directory, whether they exist or not.
 *
 * @param stateDirectory its real path
 */
export function materialPlaces(stateDirectory: string, environment: Environment): MaterialPlaces {
  const runtime = environment["XDG_RUNTIME_DIR"] ?? "";
  const hash = createHash("sha256").update(stateDirectory).digest("hex").slice(0, 16);
  return {
    runtime: isAbsolute(runtime) ? join(runtime, `durar-${hash}-ssh`) : undefined,
    state: join(stateDirectory, "sandbox-ssh"),
  };
}

/** Why nothing can be written below a directory that is to be this user's alone, or `undefined` where it can. */
export async function refuseParent(directory: string): Promise<string | undefined> {
  if (!isQuotable(directory)) return "ssh cannot read paths below it";
  return refuseDirectory(directory, 0o077, "others can enter it");
}

/**
 * Removes what a gateway that was killed left at a place. Nothing is touched where others could exchange directories
 * for links while it is removed.
 *
 * @returns whether nothing is there now
 */
export async function removeLeft(place: string): Promise<boolean> {
  const why = await refuseDirectory(dirname(place), 0o022, "others can write to it");
  if (why === undefined) await removeDirectory(place);
  return (await lstat(place).catch(() => undefined)) === undefined;
}

async function refuseDirectory(
  directory: string,
  bits: number,
  problem: string,
): Promise<string | undefined> {
  const found = await lstat(directory).catch(() => undefined);
  if (found?.isDirectory() !== true) return "it is no directory";
  if (found.uid !== process.getuid?.()) return "it belongs to another user";
  return (found.mode & bits) === 0 ? undefined : problem;
}
