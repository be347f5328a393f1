import { constants, type BigIntStats } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { keepOwner } from "./keep-owner.ts";
import { stagePath } from "./stage-name.ts";
import { attempt } from "./system-error.ts";

const openFlags = constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW | constants.O_WRONLY;

/** The bits of a mode that a replacement takes over. Set-id bits go, as they do whenever someone writes to a file. */
export const PERMISSIONS = 0o777n;

/** For its owner alone: what a stage has until it is put in place, and a new file from then on. */
export const PRIVATE_MODE = 0o600n;

/**
 * Writes the new content of a file, synced, to a stage beside it, which has the owner and group of the file `like` and
 * is readable by its owner alone.
 *
 * @returns the path of the stage
 * @throws COMMIT_REFUSED, before any content is written, where the owner or group cannot be kept; COMMIT_FAILED.
 * No stage is left then.
 */
export async function writeStage(
  realPath: string,
  transaction: string,
  content: Uint8Array,
  like: BigIntStats | undefined,
): Promise<string> {
  const stage = stagePath(realPath, transaction);
  const problem = `the new content of ${realPath} cannot be written beside it`;
  const file = await attempt(problem, () => open(stage, openFlags, Number(PRIVATE_MODE)));
  try {
    await attempt(problem, async () => {
      try {
        const made = await file.stat({ bigint: true });
        if (like !== undefined) await keepOwner(realPath, file, made, like);
        // The umask may have taken even the owner's rights.
        if ((made.mode & PERMISSIONS) !== PRIVATE_MODE) await file.chmod(Number(PRIVATE_MODE));
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
    });
  } catch (error) {
    await removeStage(stage);
    throw error;
  }
  return stage;
}

/** Removes a stage that will not be used. Should that fail, the next commit of the file removes it. */
export async function removeStage(stage: string): Promise<void> {
  await unlink(stage).catch(() => undefined);
}
