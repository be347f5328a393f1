import { isDurarError, printable } from "@durar/secretref-schema";
import { internalFailure, type Failure } from "./failure.ts";

/** What an error comes to for the operator. */
export function describeError(error: unknown, signal: AbortSignal | undefined): Failure {
  if (signal?.aborted === true) return { code: "INTERRUPTED", message: "interrupted", hint: "run it again" };
  if (isDurarError(error))
    return { code: error.code, message: printable(error.message), hint: printable(error.hint) };
  const { syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  return missingDirectories.get(syscall) ?? internalFailure(error);
}

/** By the call that found it out. */
const missingDirectories: ReadonlyMap<string | undefined, Failure> = new Map([
  [
    "uv_cwd",
    {
      code: "DIRECTORY_MISSING",
      message: "the working directory is not there any more",
      hint: "change to a directory that exists",
    },
  ],
  [
    "uv_os_homedir",
    {
      code: "DIRECTORY_MISSING",
      message: "this user has no home directory",
      hint: "set HOME",
    },
  ],
]);
