import type { BigIntStats } from "node:fs";
import { access, constants, lstat, open, readlink, type FileHandle } from "node:fs/promises";

/** What the checks ask of the machine: a seam, so that a test can stand on another platform or act between two calls. */
export interface System {
  readonly platform: NodeJS.Platform;
  /** The user whose rights the process has. */
  userId(): bigint;
  /** The groups whose rights the process has, supplementary ones too. */
  groupIds(): readonly bigint[];
  lstat(path: string): Promise<BigIntStats>;
  readlink(path: string): Promise<string>;
  /** Opens for reading; never follows a link, never waits for the other end of a FIFO. */
  open(path: string): Promise<FileHandle>;
  /** Rejects where the process may not execute the file, also for a file system mounted `noexec`. */
  accessExecutable(path: string): Promise<void>;
}

// On Windows O_NOFOLLOW and O_NONBLOCK do not exist; `|` takes undefined for 0.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The machine this runs on. */
export const machine: System = Object.freeze({
  platform: process.platform,
  userId: () => BigInt(process.geteuid?.() ?? -1),
  groupIds: () => (process.getgroups?.() ?? []).map(BigInt),
  lstat: (path: string) => lstat(path, { bigint: true }),
  readlink: (path: string) => readlink(path),
  open: (path: string) => open(path, openFlags),
  accessExecutable: (path: string) => access(path, constants.X_OK),
});
