import type { FileHandle } from "node:fs/promises";
import { commitError } from "./errors.ts";
import { codeOf } from "./system-error.ts";

// Some file systems cannot sync a directory; there is nothing to wait for then.
const unsupported: ReadonlySet<string> = new Set(["EINVAL", "ENOTSUP", "EPERM"]);

/** Makes what was done to the names in an open directory survive a power failure, where the file system can. */
export async function syncNames(directory: FileHandle): Promise<void> {
  try {
    await directory.sync();
  } catch (error) {
    if (!unsupported.has(codeOf(error))) throw error;
  }
}

/**
 * Makes a rename within an open directory survive a power failure.
 *
 * @throws COMMIT_UNSYNCED where the system refuses
 */
export async function syncDirectory(directory: FileHandle, realPath: string): Promise<void> {
  try {
    await syncNames(directory);
  } catch (error) {
    throw commitError(
      "COMMIT_UNSYNCED",
      `${realPath} was replaced, but its directory could not be synced (${codeOf(error)})`,
      error instanceof Error ? { cause: error } : {},
    );
  }
}
