import { createHash } from "node:crypto";
import { constants, type BigIntStats } from "node:fs";
import { lstat, open, type FileHandle } from "node:fs/promises";
import { codeOf, systemError } from "./system-error.ts";

const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The SHA-256 of a content, in hexadecimal. */
export function digestOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** What stands at a path: a regular file with this content, nothing, or something that is no file. */
export type Seen =
  | { readonly hash: string; readonly stats: BigIntStats }
  | { readonly hash: null; readonly stats: undefined }
  | { readonly hash: undefined; readonly stats: undefined };

const nothing: Seen = Object.freeze({ hash: null, stats: undefined });
const noFile: Seen = Object.freeze({ hash: undefined, stats: undefined });

/**
 * Looks at a path and reads the file there, however large, bit by bit. Links are not followed, FIFOs not waited for.
 *
 * @throws COMMIT_FAILED where the system refuses
 */
export async function look(path: string): Promise<Seen> {
  try {
    if (!(await lstat(path)).isFile()) return noFile;
    const file = await open(path, openFlags);
    try {
      const stats = await file.stat({ bigint: true });
      return stats.isFile() ? { hash: await digestRest(file), stats } : noFile;
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return nothing;
    // ELOOP is what O_NOFOLLOW answers for a link.
    if (code === "ELOOP") return noFile;
    throw systemError(`${path} cannot be read`, error);
  }
}

async function digestRest(file: FileHandle): Promise<string> {
  const hash = createHash("sha256");
  const part = Buffer.alloc(64 * 1024);
  for (;;) {
    const { bytesRead } = await file.read(part, 0, part.length, null);
    if (bytesRead === 0) return hash.digest("hex");
    hash.update(part.subarray(0, bytesRead));
  }
}
