import { open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { syncNames } from "./sync-directory.ts";
import { attempt } from "./system-error.ts";

/** Makes what was done to the names of these files survive a power failure. @throws COMMIT_FAILED */
export type SyncDirectories = (realPaths: readonly string[]) => Promise<void>;

/**
 * Runs something while the directories of all files are open: what cannot be opened could not be synced in the end.
 *
 * @throws COMMIT_FAILED where one cannot be opened, before `run` is called; what `run` throws
 */
export async function holdDirectories<Result>(
  realPaths: readonly string[],
  run: (sync: SyncDirectories) => Promise<Result>,
): Promise<Result> {
  const opened = new Map<string, FileHandle>();
  try {
    for (const directory of new Set(realPaths.map((path) => dirname(path))))
      opened.set(
        directory,
        await attempt(`the directory ${directory} cannot be opened`, () => open(directory, "r")),
      );
    return await run(async (paths) => {
      for (const directory of new Set(paths.map((path) => dirname(path)))) {
        const handle = opened.get(directory);
        if (handle !== undefined)
          await attempt(`the directory ${directory} cannot be synced`, () => syncNames(handle));
      }
    });
  } finally {
    for (const handle of opened.values()) await handle.close();
  }
}
