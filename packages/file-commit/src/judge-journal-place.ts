import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { judgePath } from "@durar/trusted-path";
import { commitError } from "./errors.ts";

/**
 * Judges where a journal will be written, since one in a place that nobody trusts could not be recovered from.
 *
 * @returns the real path it will have
 * @throws COMMIT_REFUSED
 */
export async function judgeJournalPlace(path: string): Promise<string> {
  if (!isAbsolute(path)) throw refuse(path, "its path is not absolute", "give its absolute path");
  const verdict = await judgePath(path, { purpose: "private-file" });
  const realPath = join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path));
  // What stands there, if anything does, is looked at under the lock.
  if (verdict.trusted || verdict.component === realPath) return realPath;
  throw refuse(path, verdict.message, verdict.remedy);
}

function refuse(path: string, problem: string, hint: string): Error {
  return commitError("COMMIT_REFUSED", `the journal ${path} cannot be kept there: ${problem}`, { hint });
}
