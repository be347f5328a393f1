import { constants, type BigIntStats } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { commitError } from "./errors.ts";
import { examineTarget } from "./examine-target.ts";
import { attempt, codeOf, systemError } from "./system-error.ts";

// A FIFO put in the file's place must not keep the open waiting.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Compares a file, byte by byte, with what it is expected to be; `undefined` expects none.
 *
 * @returns the stats of the file, or `undefined` where rightly none is
 * @throws COMMIT_CONFLICT where they differ; whatever {@link examineTarget} throws
 */
export async function compareWith(
  realPath: string,
  expected: Buffer | undefined,
): Promise<BigIntStats | undefined> {
  const stats = await examineTarget(realPath);
  if (stats === undefined && expected === undefined) return undefined;
  if (stats === undefined) throw commitError("COMMIT_CONFLICT", `${realPath} does not exist any more`);
  if (expected === undefined) throw commitError("COMMIT_CONFLICT", `${realPath} exists already`);
  // Before it is opened: a file that is much larger is not read.
  if (stats.size !== BigInt(expected.length)) throw changed(realPath);
  const file = await openFile(realPath);
  try {
    await attempt(`${realPath} cannot be read`, async () => {
      const same = isUnchanged(stats, await file.stat({ bigint: true })) && (await holds(file, expected));
      if (!same) throw changed(realPath);
    });
  } finally {
    await file.close();
  }
  return stats;
}

/** Whether two looks at a path saw the same file, with the same owner and mode: what a replacement takes over. */
export function isUnchanged(before: BigIntStats | undefined, now: BigIntStats | undefined): boolean {
  if (before === undefined || now === undefined) return before === now;
  return (["dev", "ino", "uid", "gid", "mode", "nlink", "size"] as const).every(
    (field) => before[field] === now[field],
  );
}

/** The conflict of a file that is not what it was. */
export function changed(realPath: string): Error {
  return commitError("COMMIT_CONFLICT", `${realPath} is not what was read`);
}

async function openFile(realPath: string): Promise<FileHandle> {
  try {
    return await open(realPath, openFlags);
  } catch (error) {
    // ELOOP is what O_NOFOLLOW answers for a link.
    if (["ENOENT", "ELOOP"].includes(codeOf(error))) throw changed(realPath);
    throw systemError(`${realPath} cannot be read`, error);
  }
}

/** Whether the rest of a file is just this content. Reads one byte more at most, however long the file has become. */
async function holds(file: FileHandle, content: Buffer): Promise<boolean> {
  const found = Buffer.alloc(content.length + 1);
  let length = 0;
  while (length < found.length) {
    const { bytesRead } = await file.read(found, length, found.length - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return found.subarray(0, length).equals(content);
}
