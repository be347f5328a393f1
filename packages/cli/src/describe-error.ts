import { isDurarError, printable, type DurarError } from "@durar/secretref-schema";
import { internalFailure, type Failure, type Reason } from "./failure.ts";

/** What an error comes to for the operator. */
export function describeError(error: unknown, signal: AbortSignal | undefined): Failure {
  // One that says what was saved before it came says more.
  if (isDurarError(error) && error.code === "INTERRUPTED") return describeKnown(error);
  if (signal?.aborted === true) return { code: "INTERRUPTED", message: "interrupted", hint: "run it again" };
  if (isDurarError(error)) return describeKnown(error);
  const { syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  return missingDirectories.get(syscall) ?? internalFailure(error);
}

/** An error of ours: its own code, or, of a gateway's answer, the gateway's; and all of its reasons. */
function describeKnown(error: DurarError): Failure {
  const { code, message, hint } = error;
  const answered: unknown = "dataCode" in error ? error.dataCode : undefined;
  const failures: unknown = "failures" in error ? error.failures : undefined;
  const reasons = Array.isArray(failures) ? (failures as Reason[]).map(describeReason) : [];
  return {
    code: typeof answered === "string" ? answered : code,
    message: printable(message),
    hint: hintOf(code, hint),
    failures: reasons.length === 0 ? undefined : reasons,
    exitCode: code === "SECRET_EXEC_NOT_ALLOWED" ? 77 : undefined,
  };
}

function describeReason({ code, message, hint, paths }: Reason): Reason {
  return {
    code,
    message: printable(message),
    hint: hintOf(code, hint),
    paths: paths.map(printable),
  };
}

/** What a program would call, the operator runs. A hint that names nothing of the sort says more. */
function hintOf(code: string, hint: string): string {
  const own = /recoverCommit|abandonCommit/.test(hint) ? commandHints.get(code) : undefined;
  return own ?? printable(hint);
}

const commandHints: ReadonlyMap<string, string> = new Map([
  [
    "APPLY_RECOVERY_CONFLICT",
    "compare the files by hand, then leave them as they are and give the change up: durar secrets apply --abandon",
  ],
  ["COMMIT_INTERRUPTED", "run durar secrets apply, or start the gateway: either finishes it first"],
]);

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
