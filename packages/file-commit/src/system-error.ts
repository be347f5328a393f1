import { isDurarError, type DurarError } from "@durar/secretref-schema";
import { commitError, type CommitErrorCode } from "./errors.ts";

const remedies: Readonly<Record<string, string>> = {
  EACCES: "let this user read the file and write to its directory",
  EPERM: "let this user rename files in the directory, and remove an immutable attribute (lsattr)",
  ENOSPC: "free some space on the device",
  EDQUOT: "free some space within the quota",
  EROFS: "mount the file system writable",
  ENOENT: "create the directory, or correct the path",
  ENOTDIR: "correct the path: something on the way is not a directory",
  ENAMETOOLONG: "use a shorter name: up to 28 characters are added to it",
};

/** The system's code of an error, such as `ENOSPC`. */
export function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "unknown error";
}

/** COMMIT_FAILED for an error of Node's fs, which becomes its cause. */
export function systemError(problem: string, error: unknown, hint?: string): DurarError<CommitErrorCode> {
  const code = codeOf(error);
  const remedy = hint ?? remedies[code];
  return commitError("COMMIT_FAILED", `${problem} (${code})`, {
    ...(remedy === undefined ? {} : { hint: remedy }),
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

/** Makes a call to the file system; what it throws becomes COMMIT_FAILED with this problem. */
export async function attempt<Result>(problem: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw isDurarError(error) ? error : systemError(problem, error);
  }
}
