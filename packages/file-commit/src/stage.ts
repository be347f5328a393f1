import { constants, type BigIntStats } from "node:fs";
import { open, unlink, type FileHandle } from "node:fs/promises";
import { commitError } from "./errors.ts";
import { stagePath } from "./stage-name.ts";
import { attempt, codeOf } from "./system-error.ts";

const openFlags = constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW | constants.O_WRONLY;

// Set-id bits go, as they do whenever someone writes to a file.
const permissions = 0o777n;
const privateMode = 0o600n;

// What a system answers that does not let this process give a file away.
const ownerRefused: ReadonlySet<string> = new Set(["EPERM", "EINVAL", "ENOTSUP", "ENOSYS"]);

/**
 * Writes the new content of a file, synced, to a stage beside it, with owner, group and mode of the file `like`, or
 * 0600. Nobody may read the stage sooner than the file itself.
 *
 * @returns the path of the stage
 * @throws COMMIT_REFUSED, before any content is written, where the owner or group cannot be kept; COMMIT_FAILED.
 * No stage is left then.
 */
export async function writeStage(
  realPath: string,
  content: Uint8Array,
  like: BigIntStats | undefined,
): Promise<string> {
  const stage = stagePath(realPath);
  const problem = `the new content of ${realPath} cannot be written beside it`;
  const file = await attempt(problem, () => open(stage, openFlags, Number(privateMode)));
  try {
    await attempt(problem, async () => {
      try {
        const made = await file.stat({ bigint: true });
        if (like !== undefined) await keepOwner(realPath, file, made, like);
        await file.writeFile(content);
        // After the owner: the mode may open the stage to a group, which must be the right one.
        const mode = like === undefined ? privateMode : like.mode & permissions;
        if ((made.mode & permissions) !== mode) await file.chmod(Number(mode));
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

/** Removes a stage that will not be used. Should that fail, the next replacement of the file removes it. */
export async function removeStage(stage: string): Promise<void> {
  await unlink(stage).catch(() => undefined);
}

async function keepOwner(
  realPath: string,
  file: FileHandle,
  made: BigIntStats,
  like: BigIntStats,
): Promise<void> {
  if (made.uid === like.uid && made.gid === like.gid) return;
  try {
    await file.chown(Number(like.uid), Number(like.gid));
  } catch (error) {
    if (!ownerRefused.has(codeOf(error))) throw error;
    throw commitError(
      "COMMIT_REFUSED",
      `${realPath} belongs to user ${like.uid} and group ${like.gid}, which this process cannot keep`,
      {
        hint: `run as user ${like.uid}, or give the file to user ${made.uid} and group ${made.gid} (chown)`,
        ...(error instanceof Error ? { cause: error } : {}),
      },
    );
  }
}
