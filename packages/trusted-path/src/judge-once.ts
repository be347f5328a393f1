import { isAbsolute } from "node:path";
import { notADirectory, notAbsolute, notExecutable, outsideTrustedDirs, unverifiable } from "./refusals.ts";
import { isTrusted, judgeFile, type Component, type Judge } from "./rules.ts";
import type { System } from "./system.ts";
import type { TrustOptions, TrustRefusal, TrustVerdict } from "./types.ts";
import { walk, type Walk } from "./walk.ts";

/** How often a path is walked before it counts as changing. */
export const WALK_LIMIT = 3;

/** Walks and judges once. @returns the verdict, or `undefined` where a `..data` link was swapped meanwhile */
export async function judgeOnce(
  path: string,
  options: TrustOptions,
  system: System,
): Promise<TrustVerdict | undefined> {
  const { purpose, allowInsecure = false, allowSymlink = false, trustedDirs, signal } = options;
  // No path holds a NUL character, and Node throws where it is asked for one.
  if (!isAbsolute(path) || path.includes("\0")) return notAbsolute(path);
  if (system.platform === "win32" && !allowInsecure) return unverifiable(path, purpose);

  const swappable = new Map<string, string>();
  const trusted: Component[] = [];
  const judge: Judge = { purpose, allowInsecure, user: system.userId(), groups: system.groupIds(), trusted };
  const way: Walk = { system, judge, allowSymlink, signal, swappable };
  const unusable = await reachTrustedDirs(trustedDirs, trusted, way);
  const verdict = unusable ?? (await judgeEnd(await walk(path, way), trustedDirs !== undefined, way));
  return (await isSwapped(swappable, way)) ? undefined : verdict;
}

/**
 * Reaches each trusted directory as strictly as the path itself, or another user could choose what is trusted.
 * One that cannot be reached trusts nothing. @returns why none can be reached, where that is so
 */
async function reachTrustedDirs(
  directories: readonly string[] | undefined,
  trusted: Component[],
  way: Walk,
): Promise<TrustRefusal | undefined> {
  let refused: TrustRefusal | undefined;
  for (const directory of directories ?? []) {
    const reached = await reachTrustedDir(directory, way);
    if ("trusted" in reached) refused ??= reached;
    else trusted.push(reached);
  }
  return trusted.length === 0 ? refused : undefined;
}

async function reachTrustedDir(directory: string, way: Walk): Promise<Component | TrustRefusal> {
  if (!isAbsolute(directory) || directory.includes("\0")) return notAbsolute(directory);
  const reached = await walk(directory, { ...way, allowSymlink: true });
  return "trusted" in reached || reached.stats.isDirectory() ? reached : notADirectory(reached.path);
}

async function judgeEnd(
  end: Component | TrustRefusal,
  confined: boolean,
  { system, judge }: Walk,
): Promise<TrustVerdict> {
  if ("trusted" in end) return end;
  if (confined && !isTrusted(end, judge)) return outsideTrustedDirs(end.path);
  const refused = judgeFile(end, judge);
  if (refused !== undefined) return refused;
  if (judge.purpose === "command") {
    try {
      await system.accessExecutable(end.path);
    } catch {
      return notExecutable(end.path);
    }
  }
  const { dev, ino, uid, gid, mode } = end.stats;
  return Object.freeze({
    trusted: true,
    realPath: end.path,
    identity: Object.freeze({ device: dev, inode: ino, owner: uid, group: gid, mode }),
  });
}

async function isSwapped(links: ReadonlyMap<string, string>, { system, signal }: Walk): Promise<boolean> {
  for (const [path, target] of links) {
    signal?.throwIfAborted();
    const now = await system.readlink(path).catch(() => undefined);
    if (now !== target) return true;
  }
  return false;
}
