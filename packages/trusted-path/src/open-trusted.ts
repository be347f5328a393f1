import type { FileHandle } from "node:fs/promises";
import { abortable } from "./abortable.ts";
import { judgeOnce, WALK_LIMIT } from "./judge-once.ts";
import { changed, unreadable } from "./refusals.ts";
import { machine, type System } from "./system.ts";
import type { FileIdentity, OpenedVerdict, TrustApproval, TrustOptions, TrustRefusal } from "./types.ts";

/**
 * Judges a path as {@link judgePath} does, then opens its real path for reading and compares the open file with what
 * was judged, so that nothing swapped in between is ever read. Close `file` when done.
 * A path that is another one at each of three walks is refused as `changed`.
 *
 * @throws the signal's reason once the signal is aborted, at once even where a call into the file system hangs; a
 * file that opens later is closed
 */
export function openTrusted(path: string, options: TrustOptions): Promise<OpenedVerdict> {
  return abortable(options.signal, openOn(machine, path, { ...options }), async (late) => {
    if (late.trusted) await late.file.close();
  });
}

/** {@link openTrusted} on a given machine. */
export async function openOn(system: System, path: string, options: TrustOptions): Promise<OpenedVerdict> {
  for (let walks = 0; walks < WALK_LIMIT; walks += 1) {
    const verdict = await judgeOnce(path, options, system);
    if (verdict === undefined) continue;
    if (!verdict.trusted) return verdict;
    options.signal?.throwIfAborted();
    const file = await openJudged(verdict, system);
    if (file === undefined) continue;
    return "trusted" in file ? file : Object.freeze({ ...verdict, file });
  }
  return changed(path);
}

/** @returns `undefined` where the real path is no longer what was judged */
async function openJudged(
  { realPath, identity }: TrustApproval,
  system: System,
): Promise<FileHandle | TrustRefusal | undefined> {
  let file: FileHandle;
  try {
    file = await system.open(realPath);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Gone, or a link or a socket by now: it is not the regular file that was judged.
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP" || code === "ENXIO") return undefined;
    return unreadable(realPath, code, system.userId());
  }
  if (await isJudged(file, identity)) return file;
  await file.close();
  return undefined;
}

async function isJudged(file: FileHandle, judged: FileIdentity): Promise<boolean> {
  try {
    const { dev, ino, uid, gid, mode } = await file.stat({ bigint: true });
    return (
      dev === judged.device &&
      ino === judged.inode &&
      uid === judged.owner &&
      gid === judged.group &&
      mode === judged.mode
    );
  } catch {
    return false;
  }
}
