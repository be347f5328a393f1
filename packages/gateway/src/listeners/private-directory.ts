import { chmod, mkdir, stat } from "node:fs/promises";
import { printable } from "@durar/secretref-schema";
import { gatewayError } from "../errors.ts";

/** Permission bits of everyone but the owner. */
const OTHERS = 0o077;
/** Set on a directory that is there for everyone, such as `/tmp`. */
const STICKY = 0o1000;

/**
 * Sees to it that a directory exists and that nobody but this user can enter it.
 *
 * @returns whether others could enter it before
 * @throws DurarError `GATEWAY_STATE_DIRECTORY` where it belongs to another user, is there for everyone, or cannot be
 * made private
 */
export async function makePrivate(directory: string): Promise<boolean> {
  return examined(directory, async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const mode = await ownMode(directory);
    if ((mode & OTHERS) === 0) return false;
    if ((mode & STICKY) !== 0)
      throw refused(directory, "is shared by all users", {
        hint: "give the gateway a state directory of its own",
      });
    await chmod(directory, mode & 0o700);
    return true;
  });
}

/**
 * Sees to it that a directory which is not the gateway's alone, and therefore stays as it is, is this user's alone.
 *
 * @throws DurarError `GATEWAY_STATE_DIRECTORY` where it is not
 */
export async function requirePrivate(directory: string): Promise<void> {
  return examined(directory, async () => {
    if (((await ownMode(directory)) & OTHERS) !== 0)
      throw refused(directory, "can be entered by others", {
        hint: "set XDG_RUNTIME_DIR to a directory that is this user's alone, or shorten the state directory's path",
      });
  });
}

async function ownMode(directory: string): Promise<number> {
  const { uid, mode } = await stat(directory);
  if (uid !== process.getuid?.()) throw refused(directory, "belongs to another user");
  return mode;
}

async function examined<Result>(directory: string, examine: () => Promise<Result>): Promise<Result> {
  try {
    return await examine();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw refused(directory, `cannot be made private (${code ?? "unknown"})`, { cause: error as Error });
  }
}

function refused(directory: string, problem: string, details: { hint?: string; cause?: Error } = {}): Error {
  return gatewayError("GATEWAY_STATE_DIRECTORY", `${printable(directory)} ${problem}`, details);
}
