import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  unlinkSync,
  type Stats,
} from "node:fs";
import { withFileLock } from "@durar/file-commit";
import { isDurarError, printable } from "@durar/secretref-schema";
import { CommandError } from "../command-error.ts";
import type { Surroundings } from "../console.ts";
import type { Reason } from "../failure.ts";
import type { Installation } from "../installation.ts";
import { recoverInterrupted } from "../changes/recover-interrupted.ts";
import { deadSockets, isDead } from "./dead-sockets.ts";
import { openPaths, socketOf, statePaths, type StatePath } from "./state-paths.ts";

/** What was repaired, in lines for the operator, and what could not be. */
export interface Repairs {
  readonly done: readonly string[];
  readonly failed: readonly Reason[];
}

/** As long as another process may hold the lock that a gateway starts under. */
const LOCK_MS = 15_000;

/**
 * Finishes a change that was interrupted, removes dead sockets, and makes files and directories private. In this order: a
 * journal is trusted for being private, so it is judged as it was found.
 */
export async function repair(installation: Installation, surroundings: Surroundings): Promise<Repairs> {
  const done: string[] = [];
  const failed: Reason[] = [];
  const attempt = async (work: () => Promise<readonly string[]>): Promise<void> => {
    try {
      done.push(...(await work()));
    } catch (error) {
      surroundings.signal?.throwIfAborted();
      const { code, message, hint, paths } = isDurarError(error) ? error : unwritable(error);
      failed.push({ code, message: printable(message), hint: printable(hint), paths });
    }
  };
  if (installation.interrupted)
    await attempt(async () =>
      (await recoverInterrupted(installation, surroundings)) === undefined
        ? []
        : [`finished the change that was interrupted: ${installation.layout.journalFile}`],
    );
  const socket = socketOf(installation, surroundings);
  if (socket !== undefined) await attempt(() => removeDead(socket, surroundings.signal));
  const { paths } = statePaths(installation, surroundings);
  for (const path of openPaths(paths)) {
    // What is for everyone, or another user's, is not this installation's to change.
    if (!path.own || path.sticky || path.owner !== process.getuid?.()) continue;
    if (path.path === installation.layout.journalFile) continue;
    await attempt(() => makePrivate(path));
  }
  return { done, failed };
}

/** Through a descriptor where there is one, so that what is changed is what was judged, whoever exchanges a name meanwhile. */
function makePrivate({
  path,
  real,
  kind,
  mode,
  device,
  inode,
  links,
}: StatePath): Promise<readonly string[]> {
  const wanted = mode & (kind === "directory" ? 0o700 : 0o600);
  const octal = wanted.toString(8).padStart(4, "0");
  const isSame = ({ dev, ino }: Stats): boolean => dev === device && ino === inode;
  if (kind === "file" && links > 1)
    throw refused(path, "it has another name, which may lie elsewhere", `chmod ${octal} it by hand`);
  if (kind === "socket") {
    if (!isSame(lstatSync(real))) throw refused(path, "it was exchanged meanwhile", "run it again");
    chmodSync(real, wanted);
  } else {
    const descriptor = openSync(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!isSame(fstatSync(descriptor))) throw refused(path, "it was exchanged meanwhile", "run it again");
      fchmodSync(descriptor, wanted);
    } finally {
      closeSync(descriptor);
    }
  }
  return Promise.resolve([`made private: ${printable(path)} is ${octal}`]);
}

function refused(path: string, why: string, hint: string): CommandError {
  return new CommandError("FILE_UNWRITABLE", `${path} is left as it is: ${why}`, hint);
}

/** What the system refuses; another fault is one of the command itself. */
function unwritable(error: unknown): CommandError {
  const {
    syscall,
    code = "unknown",
    path = "a file",
  } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (syscall === undefined) throw error;
  return new CommandError(
    "FILE_UNWRITABLE",
    `${path} cannot be changed (${code})`,
    "see who owns it and where it lies, and run it again",
  );
}

/** Under the lock that a gateway starts under, so that the socket of one that starts meanwhile stays. */
async function removeDead(socket: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
  if ((await deadSockets(socket, signal)).length === 0) return [];
  return withFileLock(`${socket}.start`, { lockTimeoutMs: LOCK_MS, signal }, async () => {
    const removed: string[] = [];
    for (const path of await deadSockets(socket, signal)) {
      if (!(await isDead(path, signal)) || !lstatSync(path).isSocket()) continue;
      unlinkSync(path);
      removed.push(`removed the dead socket ${printable(path)}`);
    }
    return removed;
  });
}
