import { COMMAND_ERRORS, type CommandErrorCode } from "./command-errors.ts";
import type { CommandResult } from "./console.ts";

/** Why a command came to nothing, safe to print. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** A failure as the operator sees it: one JSON document on standard output, or a line and what to do. */
export function failed({ code, message, hint }: Failure, json: boolean): CommandResult {
  const exitCode = Object.hasOwn(COMMAND_ERRORS, code)
    ? COMMAND_ERRORS[code as CommandErrorCode].exitCode
    : 1;
  if (!json) return { exitCode, stdout: "", stderr: `durar: ${message} [${code}]\n  -> ${hint}\n` };
  const document = { ok: false, error: { code, message, hint } };
  return { exitCode, stdout: `${JSON.stringify(document)}\n`, stderr: "" };
}

/**
 * A fault that nobody foresaw. Its text may quote what it was working on, so all that is shown is its kind, and the
 * system's code where it has one.
 */
export function internalFailure(error: unknown): Failure {
  const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const kind = /^[A-Z][A-Za-z]{0,40}$/.test(String(name)) ? name : "unknown";
  const reason = typeof code === "string" && /^E[A-Z0-9_]{1,40}$/.test(code) ? ` ${code}` : "";
  return { code: "INTERNAL", message: `internal error (${kind}${reason})`, hint: "report it with this line" };
}

/** Whether a command line asks for JSON, even one that cannot be read otherwise. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  return flags.some(
    (flag, index) =>
      flag === "--json" || flag === "--format=json" || (flag === "--format" && flags[index + 1] === "json"),
  );
}
