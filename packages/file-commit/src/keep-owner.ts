import type { BigIntStats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { commitError } from "./errors.ts";
import { codeOf } from "./system-error.ts";

/** Whom a file belongs to. */
export interface Owner {
  readonly uid: bigint;
  readonly gid: bigint;
}

// What a system answers that does not let this process give a file away.
const refused: ReadonlySet<string> = new Set(["EPERM", "EINVAL", "ENOTSUP", "ENOSYS"]);

/**
 * Gives an open stage the owner and group of the file it will replace.
 *
 * @throws COMMIT_REFUSED where this process may not
 */
export async function keepOwner(
  realPath: string,
  stage: FileHandle,
  made: BigIntStats,
  like: Owner,
): Promise<void> {
  if (made.uid === like.uid && made.gid === like.gid) return;
  try {
    await stage.chown(Number(like.uid), Number(like.gid));
  } catch (error) {
    if (!refused.has(codeOf(error))) throw error;
    throw unkeepable(realPath, like, made, error instanceof Error ? error : undefined);
  }
}

/** The refusal of a file whose replacement would belong to someone else. */
export function unkeepable(realPath: string, like: Owner, own: Owner, cause?: Error): Error {
  return commitError(
    "COMMIT_REFUSED",
    `${realPath} belongs to user ${like.uid} and group ${like.gid}, which this process cannot keep`,
    {
      hint: `run as user ${like.uid}, or give the file to user ${own.uid} and group ${own.gid} (chown)`,
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
