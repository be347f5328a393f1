import { lstat } from "node:fs/promises";
import { openTrusted } from "@durar/trusted-path";
import { commitError } from "./errors.ts";
import { JOURNAL_LIMITS, readJournalText, type Journal } from "./journal.ts";
import { attempt, codeOf, systemError } from "./system-error.ts";

/** Whether anything stands where the journal would. @throws COMMIT_FAILED where the system refuses to look */
export async function journalExists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return false;
    throw systemError(`the journal ${path} cannot be examined`, error);
  }
}

/**
 * Reads the journal that exists, if its place, owner and mode leave no doubt who wrote it.
 *
 * @returns `undefined` where it does not read as one this package wrote
 * @throws APPLY_RECOVERY_CONFLICT where it cannot be trusted
 */
export async function readJournal(path: string): Promise<Journal | undefined> {
  const opened = await openTrusted(path, { purpose: "private-file" });
  if (!opened.trusted)
    throw commitError("APPLY_RECOVERY_CONFLICT", `the journal ${path} cannot be trusted: ${opened.message}`, {
      hint: `see who wrote it, then remove it or mend this: ${opened.remedy}`,
    });
  const { file } = opened;
  try {
    return await attempt(`the journal ${path} cannot be read`, async () => {
      const bytes = Buffer.alloc(JOURNAL_LIMITS.bytes + 1);
      let length = 0;
      while (length < bytes.length) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length, null);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return length < bytes.length ? readJournalText(bytes.toString("utf8", 0, length)) : undefined;
    });
  } finally {
    await file.close();
  }
}

/** The conflict of a journal that cannot be read as one. */
export function unreadableJournal(path: string): Error {
  return commitError("APPLY_RECOVERY_CONFLICT", `${path} is not a journal that an interrupted commit left`);
}
