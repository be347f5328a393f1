import type { BigIntStats } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Owner } from "./keep-owner.ts";

const setGroupId = 0o2000n;
const changeOwner = 1n;

/** Says whether this process can make a file of this owner in a directory, without making one. */
export type MayOwn = (like: Owner, directory: BigIntStats) => boolean;

/** Looks at what this process is. Where the kernel refuses all the same, the stage will show it. */
export async function examineProcess(): Promise<MayOwn> {
  const user = ownUser();
  const groups = [process.getegid?.() ?? -1, ...(process.getgroups?.() ?? [])].map(BigInt);
  const givesAway = await mayGiveAway();
  return (like, directory) => {
    if (givesAway) return true;
    // Only Linux needs the bit for a new file to get its directory's group.
    const inherits = (directory.mode & setGroupId) !== 0n || process.platform !== "linux";
    return like.uid === user && (groups.includes(like.gid) || (inherits && directory.gid === like.gid));
  };
}

/** The user whose rights this process has. */
export function ownUser(): bigint {
  return BigInt(process.geteuid?.() ?? -1);
}

/** Root in a container may lack the right; others may have it. */
async function mayGiveAway(): Promise<boolean> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return effective === undefined ? ownUser() === 0n : (BigInt(`0x${effective}`) & changeOwner) !== 0n;
}
