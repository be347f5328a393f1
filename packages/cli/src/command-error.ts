import { DurarError, isDurarError, printable } from "@durar/secretref-schema";
import type { CommandResult } from "./console.ts";
import type { ExitCode } from "./exit-codes.ts";

/** The codes of this command's own errors. */
export const COMMAND_ERRORS = Object.freeze({
  USAGE: { exitCode: 64, when: "an unknown command or flag, or a bad value for one" },
  FILE_UNREADABLE: { exitCode: 1, when: "a file named by a flag cannot be read" },
  FILE_UNWRITABLE: { exitCode: 1, when: "a file named by a flag cannot be written" },
  INTERRUPTED: { exitCode: 130, when: "the command was interrupted" },
  INTERNAL: { exitCode: 70, when: "a fault of the command itself" },
} as const);

export type CommandErrorCode = keyof typeof COMMAND_ERRORS;

/** An error of the command itself. */
export class CommandError extends DurarError<CommandErrorCode> {
  constructor(code: CommandErrorCode, message: string, hint: string) {
    super({ code, kind: code === "INTERNAL" ? "internal" : "invalid-config", message, hint });
  }
}

Object.defineProperty(CommandError.prototype, "name", {
  value: "CommandError",
  configurable: true,
  writable: true,
});

/** An error as the operator sees it: one JSON document with `--json`, else a line and what to do. */
export function errorResult(error: unknown, json: boolean): CommandResult {
  const { code, message, hint } = described(error);
  const exitCode: ExitCode = Object.hasOwn(COMMAND_ERRORS, code)
    ? COMMAND_ERRORS[code as CommandErrorCode].exitCode
    : 1;
  if (json)
    return {
      exitCode,
      stdout: `${JSON.stringify({ ok: false, error: { code, message, hint } })}\n`,
      stderr: "",
    };
  return { exitCode, stdout: "", stderr: `durar: ${message} [${code}]\n  -> ${hint}\n` };
}

function described(error: unknown): {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
} {
  if (isDurarError(error))
    return { code: error.code, message: printable(error.message), hint: printable(error.hint) };
  // The text of a foreign error may quote what it was working on, so its kind is all that is shown.
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    code: "INTERNAL",
    message: `internal error (${printable(kind)})`,
    hint: "report it; no file was changed",
  };
}
