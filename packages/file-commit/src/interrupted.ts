import { isDurarError, type DurarError } from "@durar/secretref-schema";
import { commitError, type CommitErrorCode } from "./errors.ts";

/** The error of something that failed and leaves a journal, from which it can be finished. */
export function interrupted(problem: string, failure: unknown): DurarError<CommitErrorCode> {
  const cause = failure instanceof Error ? { cause: failure } : {};
  return commitError("COMMIT_INTERRUPTED", `${problem}${because(failure)}`, cause);
}

/** The message of one of our errors, in brackets. */
export function because(error: unknown): string {
  return isDurarError(error) ? ` (${error.message})` : "";
}
