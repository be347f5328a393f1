import { COMMAND_ERRORS, type CommandErrorCode } from "./command-errors.ts";
import type { CommandResult } from "./console.ts";
import type { ExitCode } from "./exit-codes.ts";

/** Why a command came to nothing, safe to print. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Every reason, where there are several or they say more. */
  readonly failures?: readonly Reason[] | undefined;
  /** @default that of the code, else 1 */
  readonly exitCode?: ExitCode | undefined;
}

/** One of the reasons of a failure. */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly paths: readonly string[];
}

/** A failure as the operator sees it: one JSON document on standard output, or a line and what to do. */
export function failed(failure: Failure, json: boolean): CommandResult {
  const { code, message, hint, failures, exitCode = exitCodeOf(failure) } = failure;
  if (!json) return { exitCode, stdout: "", stderr: failureText(failure) };
  const document = { ok: false, error: { code, message, hint, ...(failures && { failures }) } };
  return { exitCode, stdout: `${JSON.stringify(document)}\n`, stderr: "" };
}

/** The message names the only reason there is, so that its code and what to do about it go with it; of several, each is listed. */
function failureText({ code, message, hint, failures: [only, ...others] = [] }: Failure): string {
  if (only !== undefined && others.length === 0 && message.includes(only.message))
    return `durar: ${message} [${only.code}]\n  -> ${only.hint}\n`;
  const reasons = only === undefined ? "" : [only, ...others].map(reasonLines).join("");
  return `durar: ${message} [${code}]\n${reasons}  -> ${hint}\n`;
}

function exitCodeOf({ code, failures = [] }: Failure): ExitCode {
  if (Object.hasOwn(COMMAND_ERRORS, code)) return COMMAND_ERRORS[code as CommandErrorCode].exitCode;
  // Refused, and for a secret that does not resolve: of the two, the latter is told.
  if (failures.some((reason) => reason.code.startsWith("SECRET_"))) return 2;
  if (code === "GATEWAY_URL_INVALID") return 64;
  return code === "GATEWAY_UNREACHABLE" || code === "GATEWAY_TIMEOUT" ? 69 : 1;
}

/** One of several reasons, with where it is needed and what to do. */
export function reasonLines({ code, message, hint, paths }: Reason): string {
  const needed = paths.filter((path) => !message.includes(path));
  const where = needed.length === 0 ? "" : `\n    needed by ${needed.join(", ")}`;
  return `  ${message} [${code}]${where}\n    -> ${hint}\n`;
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
