import { chmodSync, lstatSync, unlinkSync } from "node:fs";
import { withFileLock } from "@durar/file-commit";
import { isDurarError, printable } from "@durar/secretref-schema";
import type { Surroundings } from "../console.ts";
import type { Reason } from "../failure.ts";
import type { Installation } from "../installation.ts";
import { recoverInterrupted } from "../changes/recover-interrupted.ts";
import { deadSockets, isDead } from "./dead-sockets.ts";
import { openPaths, socketOf, statePaths } from "./state-paths.ts";

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
      if (!isDurarError(error)) throw error;
      const { code, message, hint, paths } = error;
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
  for (const path of openPaths(statePaths(installation, surroundings).paths)) {
    const { path: name, kind, mode, owner, sticky } = path;
    // What is for everyone, or another user's, is not this installation's to change.
    if (sticky || owner !== process.getuid?.() || name === installation.layout.journalFile) continue;
    const wanted = mode & (kind === "directory" ? 0o700 : 0o600);
    const octal = wanted.toString(8).padStart(4, "0");
    try {
      chmodSync(name, wanted);
      done.push(`made private: ${printable(name)} is ${octal}`);
    } catch (error) {
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      const message = `${printable(name)} cannot be made private (${code})`;
      failed.push({ code: "FILE_UNWRITABLE", message, hint: `chmod ${octal} it by hand`, paths: [] });
    }
  }
  return { done, failed };
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
