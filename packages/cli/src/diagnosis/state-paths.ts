import { lstatSync, realpathSync, statSync, type Stats } from "node:fs";
import { dirname, join, sep } from "node:path";
import { agentDirectories } from "@durar/durar-config";
import { gatewaySocketPath } from "@durar/gateway-client";
import { isDurarError } from "@durar/secretref-schema";
import type { Surroundings } from "../console.ts";
import type { Installation } from "../installation.ts";
import { diagnosis, type Diagnosis } from "./diagnosis.ts";

/** A file or directory of an installation that is there. */
export interface StatePath {
  readonly path: string;
  readonly kind: "directory" | "file" | "socket";
  /** Permission bits, links followed. */
  readonly mode: number;
  readonly owner: number;
  /** Whether directories here are shared by all users, as `/tmp` is. */
  readonly sticky: boolean;
  /** The path with every link followed, and what stands there. */
  readonly real: string;
  readonly device: number;
  readonly inode: number;
  /** How many names it has; more than one of a file means that it is another's too. */
  readonly links: number;
  /**
   * Whether it is the installation's own: it lies in the state directory, or is a file named elsewhere, and no link leads
   * to it out of either. A directory elsewhere may be anybody's, `/etc` too.
   */
  readonly own: boolean;
}

/** What an installation consists of, as far as it exists, and what of it cannot be examined. */
export interface StatePaths {
  readonly paths: readonly StatePath[];
  readonly unreadable: readonly Diagnosis[];
}

/** The socket of an installation; `undefined` where its path is too long for one. */
export function socketOf({ layout }: Installation, { environment }: Surroundings): string | undefined {
  try {
    return gatewaySocketPath(layout.stateDirectory, environment);
  } catch (error) {
    if (isDurarError(error)) return undefined;
    throw error;
  }
}

/** Lists the files, directories and the socket of an installation with their permissions. Reads nothing in them. */
export function statePaths(installation: Installation, surroundings: Surroundings): StatePaths {
  const { layout, stores, config } = installation;
  const socket = socketOf(installation, surroundings);
  const directories = [layout.stateDirectory, dirname(layout.configFile), layout.agentsDirectory];
  const named = [
    ...directories,
    ...agentDirectories(layout, config).map(({ directory }) => directory),
    ...[layout.configFile, ...layout.environmentFiles, layout.journalFile],
    ...stores.map(({ path }) => path),
    ...(socket === undefined ? [] : [socket]),
  ];
  const state = realPath(layout.stateDirectory);
  const isOwn = (path: string, real: string): boolean =>
    isWithin(real, state) ||
    // Named elsewhere, by a flag or the configuration, and not by a link that somebody put into the state directory.
    (!isWithin(path, layout.stateDirectory) &&
      !statSync(real).isDirectory() &&
      !lstatSync(path).isSymbolicLink());
  const paths: StatePath[] = [];
  const unreadable: Diagnosis[] = [];
  for (const path of new Set(named)) {
    try {
      // A link that leads nowhere is nobody's to read.
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) continue;
      if (statSync(path, { throwIfNoEntry: false }) === undefined) continue;
      const real = realpathSync.native(path);
      paths.push({ ...described(lstatSync(real)), path, real, own: isOwn(path, real) });
    } catch (error) {
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      unreadable.push(
        diagnosis("warn", "PATH_UNREADABLE", {
          where: path,
          message: `cannot be examined (${code})`,
          hint: "run this as the user whose installation it is",
        }),
      );
    }
  }
  return { paths, unreadable };
}

function described(stats: Stats): Omit<StatePath, "path" | "real" | "own"> {
  return {
    kind: stats.isDirectory() ? "directory" : stats.isSocket() ? "socket" : "file",
    mode: stats.mode & 0o777,
    owner: stats.uid,
    sticky: (stats.mode & 0o1000) !== 0,
    device: stats.dev,
    inode: stats.ino,
    links: stats.nlink,
  };
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(join(directory, sep));
}

/** Whether others than the owner may do anything with a path. */
function isOpen({ mode }: StatePath): boolean {
  return (mode & 0o077) !== 0;
}

/**
 * The paths that are not private and should be. A directory that lies in a private one cannot be reached; a file is to be
 * private by itself, since it may be copied or moved as it is.
 */
export function openPaths(paths: readonly StatePath[]): readonly StatePath[] {
  const closed = paths.filter((path) => path.kind === "directory" && !isOpen(path));
  const isInside = ({ real }: StatePath): boolean =>
    closed.some((directory) => real !== directory.real && isWithin(real, directory.real));
  return paths.filter(
    (path) => isOpen(path) && (path.kind !== "directory" || (isToBeClosed(path) && !isInside(path))),
  );
}

/** Whether a directory elsewhere may be entered is not for the installation to say, but others must not change it. */
function isToBeClosed({ own, mode, sticky }: StatePath): boolean {
  return own || ((mode & 0o022) !== 0 && !sticky);
}

/** What is wrong with who owns and who can reach the paths of an installation. */
export function pathProblems(paths: readonly StatePath[]): readonly Diagnosis[] {
  const open = new Set(openPaths(paths));
  return paths.flatMap((path) => problemOf(path, open.has(path)));
}

function problemOf(path: StatePath, open: boolean): Diagnosis[] {
  const { kind, mode, owner } = path;
  const user = process.getuid?.();
  const where = path.path;
  const octal = `mode ${mode.toString(8).padStart(4, "0")}`;
  const byHand = kind !== "directory" ? "chmod 600 it" : path.own ? "chmod 700 it" : "chmod go-w it";
  const hint = path.own
    ? `durar doctor --fix, or ${byHand}`
    : `${byHand}: it lies outside the state directory, where durar changes nothing`;
  if (user !== undefined && owner !== user && owner !== 0)
    return [
      diagnosis("error", "PATH_OWNER", {
        where,
        message: `belongs to user ${owner}, who can change it`,
        hint: "let the user own it whose installation it is: chown",
      }),
    ];
  if (!open) return [];
  if ((mode & 0o022) !== 0) {
    const message = kind === "socket" ? "others can use it as this user" : "others can change it";
    return [diagnosis("error", "PATH_WRITABLE", { where, message: `${message} (${octal})`, hint })];
  }
  const message = kind === "directory" ? "others can enter it" : "others can read it";
  return [diagnosis("warn", "PATH_OPEN", { where, message: `${message} (${octal})`, hint })];
}
