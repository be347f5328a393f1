import { DurarError, type ErrorKind } from "@durar/secretref-schema";

interface CommitErrorRow {
  readonly kind: ErrorKind;
  /** When it is given. */
  readonly when: string;
  /** What to do, where the thrower knows nothing better. */
  readonly hint: string;
}

function row(kind: ErrorKind, when: string, hint: string): CommitErrorRow {
  return Object.freeze({ kind, when, hint });
}

/** Every code this package throws. The set is closed. */
export const COMMIT_ERRORS = Object.freeze({
  COMMIT_CONFLICT: row(
    "denied",
    "the file is not what the caller read: changed, gone, or there although it must not be",
    "read the file again and repeat the change",
  ),
  COMMIT_LOCKED: row(
    "unavailable",
    "someone held the file's lock until the deadline",
    "try again; the lock of a process that died is free after at most 11 seconds",
  ),
  COMMIT_LOCK_LOST: row(
    "unavailable",
    "the lock was taken over while it was held, as after the process was suspended",
    "nothing was replaced: read the file again and repeat the change",
  ),
  COMMIT_REFUSED: row(
    "denied",
    "the file cannot be replaced and stay what it is, or a link to it cannot be trusted",
    "do what the hint of the error says",
  ),
  COMMIT_FAILED: row(
    "unavailable",
    "the system refused a step before the replacement; the message has its code, such as ENOSPC",
    "remove the cause that the code names, and try again",
  ),
  COMMIT_UNSYNCED: row(
    "unavailable",
    "the file was replaced, but its directory could not be synced: a power failure may bring the old file back",
    "check the device, then read the file again",
  ),
  COMMIT_INTERRUPTED: row(
    "denied",
    "a commit of many files is half done: its journal exists, and no other may begin before it is finished",
    "finish it first (recoverCommit), or give it up (abandonCommit)",
  ),
  APPLY_RECOVERY_CONFLICT: row(
    "denied",
    "a journal, or a file or stage it names, is not as the interrupted commit left it; nothing was touched",
    "compare the file by hand, then abandon the commit (abandonCommit)",
  ),
  COMMIT_ABORTED: row("unavailable", "the caller's signal ended the attempt", "try again"),
} as const satisfies Readonly<Record<string, CommitErrorRow>>);

/** A code of {@link COMMIT_ERRORS}. */
export type CommitErrorCode = keyof typeof COMMIT_ERRORS;

/** The error of a code, with the table's kind and, where none is given, its hint. */
export function commitError(
  code: CommitErrorCode,
  message: string,
  { hint = COMMIT_ERRORS[code].hint, cause }: { readonly hint?: string; readonly cause?: Error } = {},
): DurarError<CommitErrorCode> {
  return new DurarError({ code, kind: COMMIT_ERRORS[code].kind, message, hint, cause });
}
