import type { BigIntStats } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import {
  directoryOwner,
  directoryWritable,
  entryOwner,
  fileOwner,
  fileReadable,
  fileWritable,
  notRegular,
} from "./refusals.ts";
import type { PathPurpose, TrustRefusal } from "./types.ts";

/** A file, directory or link as it was met, by its real path. */
export interface Component {
  readonly path: string;
  readonly stats: BigIntStats;
}

/** Who asks, and what for. */
export interface Judge {
  readonly purpose: PathPurpose;
  readonly allowInsecure: boolean;
  readonly user: bigint;
  readonly groups: readonly bigint[];
  /** The trusted directories as they were reached. */
  readonly trusted: readonly Component[];
}

const byGroup = 0o020n;
const byOthers = 0o002n;
const sticky = 0o1000n;
const readByGroup = 0o040n;
const readByOthers = 0o004n;

/** Whether `path` is `directory` or lies below it. Both are real paths. */
export function isInside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Whether the component lies at or below a trusted directory. */
export function isTrusted(component: Component, { trusted }: Judge): boolean {
  return trusted.some((directory) => isInside(directory.path, component.path));
}

function isOwn({ stats }: Component, { user }: Judge): boolean {
  return stats.uid === 0n || stats.uid === user;
}

/** At and below a trusted directory, that directory's owner is as good as root. */
function hasTrustedOwner(component: Component, judge: Judge): boolean {
  return judge.trusted.some(
    (directory) => directory.stats.uid === component.stats.uid && isInside(directory.path, component.path),
  );
}

/** The rule a directory on the way breaks, whatever lies in it. */
export function judgeDirectory(directory: Component, judge: Judge): TrustRefusal | undefined {
  if (judge.allowInsecure) return undefined;
  const { path, stats } = directory;
  if (!isOwn(directory, judge) && !hasTrustedOwner(directory, judge))
    return directoryOwner(path, stats.uid, judge.user, judge.purpose);
  // In a sticky directory nobody can replace another's entry: the entry's owner decides.
  if ((stats.mode & sticky) !== 0n) return undefined;
  if ((stats.mode & byOthers) !== 0n || ((stats.mode & byGroup) !== 0n && !isTrusted(directory, judge)))
    return directoryWritable(path, stats.mode, judge.purpose);
  return undefined;
}

/** The rule that an entry of a directory breaks for the directory's sake: a sticky one vouches for its owners only. */
export function judgeEntry(directory: Component, entry: Component, judge: Judge): TrustRefusal | undefined {
  if (judge.allowInsecure || isOwn(entry, judge)) return undefined;
  const { mode } = directory.stats;
  const shared = (mode & byOthers) !== 0n || ((mode & byGroup) !== 0n && !isTrusted(directory, judge));
  return shared ? entryOwner(entry.path, entry.stats.uid, judge.user) : undefined;
}

/** The rule that the file at the end of the way breaks. */
export function judgeFile(file: Component, judge: Judge): TrustRefusal | undefined {
  const { path, stats } = file;
  const { purpose } = judge;
  if (!stats.isFile()) return notRegular(path, kindOf(stats));
  if (judge.allowInsecure) return undefined;
  if (!isOwn(file, judge) && !hasTrustedOwner(file, judge))
    return fileOwner(path, stats.uid, judge.user, purpose);
  if ((stats.mode & (byGroup | byOthers)) !== 0n) return fileWritable(path, stats.mode);
  const readers = stats.mode & (readByGroup | readByOthers);
  const kept =
    readers === 0n ||
    purpose === "command" ||
    purpose === "plan" ||
    (purpose === "secret-file" && stats.uid === 0n && mayBeSeen(file, readers, judge));
  return kept ? undefined : fileReadable(path, stats.mode, stats.uid, purpose);
}

/** Secrets that root mounts: for a group of ours (Kubernetes, systemd), or in a trusted directory (Docker). */
function mayBeSeen(file: Component, readers: bigint, judge: Judge): boolean {
  if (isTrusted(file, judge)) return true;
  const { gid } = file.stats;
  return readers === readByGroup && (gid === 0n || judge.groups.includes(gid));
}

function kindOf(stats: BigIntStats): string {
  if (stats.isDirectory()) return "directory";
  if (stats.isFIFO()) return "FIFO";
  if (stats.isSocket()) return "socket";
  return "device";
}
