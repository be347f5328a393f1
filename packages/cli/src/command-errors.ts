import type { ExitCode } from "./exit-codes.ts";

interface CommandErrorRow {
  readonly exitCode: ExitCode;
  readonly when: string;
}

/** The codes of this command's own errors. */
export const COMMAND_ERRORS = Object.freeze({
  USAGE: { exitCode: 64, when: "an unknown command or flag, or a bad value for one" },
  FILE_UNREADABLE: { exitCode: 1, when: "a file named by a flag cannot be read" },
  FILE_UNWRITABLE: { exitCode: 1, when: "a file named by a flag, or standard output, cannot be written" },
  CHANGE_INTERRUPTED: {
    exitCode: 1,
    when: "a change over several files was interrupted, and the command must not finish it",
  },
  PATH_ABSENT: { exitCode: 1, when: "nothing stands at the path that was asked for" },
  SECRETS_UNAVAILABLE: {
    exitCode: 2,
    when: "a command that works with secrets needs one that the gateway does not have in force",
  },
  QR_TOO_LARGE: { exitCode: 1, when: "what a QR code is to hold is larger than one can be" },
  DIRECTORY_MISSING: { exitCode: 1, when: "the working directory or the home directory is not there" },
  PROGRAM_MISSING: { exitCode: 1, when: "a program that the command runs is not installed" },
  INTERRUPTED: { exitCode: 130, when: "the command was interrupted" },
  INTERNAL: { exitCode: 70, when: "a fault of the command itself" },
} as const satisfies Readonly<Record<string, CommandErrorRow>>);

/** A code of {@link COMMAND_ERRORS}. */
export type CommandErrorCode = keyof typeof COMMAND_ERRORS;
