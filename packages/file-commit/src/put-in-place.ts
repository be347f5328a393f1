import { constants, type BigIntStats } from "node:fs";
import { open, rename, type FileHandle } from "node:fs/promises";
import { isDurarError } from "@durar/secretref-schema";
import { commitError } from "./errors.ts";
import { MOUNTED } from "./examine-target.ts";
import { keepOwner } from "./keep-owner.ts";
import { PERMISSIONS, PRIVATE_MODE } from "./stage.ts";
import { attempt, codeOf, systemError } from "./system-error.ts";

const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Renames a stage over its file, which is `like` this now. The stage gets that owner and mode only here, so that nobody
 * may read it sooner than the file itself; a new file is 0600.
 *
 * @throws COMMIT_LOCK_LOST where the stage is gone, COMMIT_REFUSED, COMMIT_FAILED; the file is as it was
 */
export async function putInPlace(
  stage: string,
  realPath: string,
  like: BigIntStats | undefined,
): Promise<void> {
  const problem = `${realPath} cannot be replaced`;
  try {
    const file = await open(stage, openFlags);
    try {
      await attempt(problem, () => align(file, realPath, like));
    } finally {
      await file.close();
    }
    await rename(stage, realPath);
  } catch (error) {
    const cause = error instanceof Error ? { cause: error } : {};
    const [mounted, hint] = MOUNTED;
    switch (codeOf(error)) {
      case "EBUSY":
        throw commitError("COMMIT_REFUSED", `${realPath} ${mounted}`, { hint, ...cause });
      case "ENOENT":
        // A successor that took this process for dead removed its stage.
        throw commitError("COMMIT_LOCK_LOST", `the stage of ${realPath} was removed by someone else`, cause);
      default:
        throw isDurarError(error) ? error : systemError(problem, error);
    }
  }
}

async function align(file: FileHandle, realPath: string, like: BigIntStats | undefined): Promise<void> {
  const made = await file.stat({ bigint: true });
  // What somebody put there instead must not get another mode.
  if (!made.isFile() || made.nlink !== 1n)
    throw commitError("COMMIT_REFUSED", `the stage of ${realPath} is not what was written`, {
      hint: "see who else writes to its directory",
    });
  let mode = made.mode & PERMISSIONS;
  const setMode = async (wanted: bigint): Promise<void> => {
    if (mode !== wanted) await file.chmod(Number(wanted));
    mode = wanted;
  };
  if (like === undefined) await setMode(PRIVATE_MODE);
  else {
    // The mode may open the stage to a group, which must be the right one: a killed commit may have come so far.
    if (made.uid !== like.uid || made.gid !== like.gid) await setMode(PRIVATE_MODE);
    await keepOwner(realPath, file, made, like);
    await setMode(like.mode & PERMISSIONS);
  }
  if (mode !== (made.mode & PERMISSIONS)) await file.sync();
}
