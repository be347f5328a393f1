import type { FileHandle } from "node:fs/promises";
import { commitError } from "./errors.ts";
import { codeOf } from "./system-error.ts";

// Some file systems cannot sync a directory; there is nothing to wait for then.
const unsupported: ReadonlySet<string> = new Set(["EINVAL", "ENOTSUP", "EPERM"]);

/**
 * Makes a rename within an open directory survive a power failure.
 *
 * @throws COMMIT_UNSYNCED where the system refuses
 */
export async function syncDirectory(directory: FileHandle, realPath: string): Promise<void> {
  try {
    await directory.sync();
  } catch (error) {
    const code = codeOf(error);
    if (unsupported.has(code)) return;
    throw commitError(
      "COMMIT_UNSYNCED",
      `${realPath} was replaced, but its directory could not be synced (${code})`,
      error instanceof Error ? { cause: error } : {},
    );
  }
}
