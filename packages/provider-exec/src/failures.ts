import {
  formatRef,
  printable,
  SECRET_ERRORS,
  SecretRefError,
  type Environment,
  type ExecProviderConfig,
  type ExecReportedCode,
  type SecretAnswer,
  type SecretErrorCode,
} from "@durar/secretref-schema";
import type { TrustRefusal } from "@durar/trusted-path";
import { describeMissingVariables } from "./command-environment.ts";
import type { CommandEnd } from "./run-command.ts";

/** A failure of the provider as a whole. Neither text may hold anything the command wrote. */
export function providerFailure(
  code: SecretErrorCode,
  provider: string,
  what: string,
  hint?: string,
): SecretRefError {
  const message = `provider "${printable(provider)}": ${what}`;
  return new SecretRefError(code, { source: "exec", provider, message, hint });
}

/** The failure of one id. */
export function idFailure(
  code: SecretErrorCode,
  provider: string,
  id: string,
  what: string,
  reported?: ExecReportedCode,
): SecretAnswer {
  const message = `${formatRef({ source: "exec", provider, id })}: ${what}`;
  const hint = reported === undefined ? undefined : reportedHints[reported];
  return {
    ok: false,
    error: new SecretRefError(code, { source: "exec", provider, id, message, reported, hint }),
  };
}

/** What to do about each of the reasons that a command may report for an id. */
const reportedHints: Readonly<Record<ExecReportedCode, string>> = {
  NOT_FOUND: "store the secret under this id, or correct the id",
  PERMISSION_DENIED: "let this user, or the account that the command signs in with, read the secret",
  AMBIGUOUS: "name one secret alone: the id fits several",
  UNAVAILABLE: "see whether its store runs, answers in time and is unlocked, then try again",
  INVALID_ID: "correct the id as the command's own names are",
};

/** One failure as the answer to each of the ids. */
export function failAll(ids: Iterable<string>, error: SecretRefError): Map<string, SecretAnswer> {
  return new Map(Array.from(ids, (id) => [id, { ok: false, error: error.with({ id }) }]));
}

/** The path of the command may not be used. */
export function refusalFailure(provider: string, refusal: TrustRefusal): SecretRefError {
  const unreadable = refusal.rule === "missing" || refusal.rule === "unreadable";
  const code = unreadable ? "SECRET_PATH_UNREADABLE" : "SECRET_PATH_UNTRUSTED";
  return providerFailure(code, provider, `command ${refusal.message}`, refusal.remedy);
}

/** The caller's signal ended the attempt. */
export function abortFailure(provider: string): SecretRefError {
  return providerFailure("SECRET_ABORTED", provider, "the attempt was aborted");
}

/** The attempt lasted longer than `timeoutMs`. */
export function timeoutFailure(provider: string, { timeoutMs }: ExecProviderConfig): SecretRefError {
  return providerFailure(
    "SECRET_PROVIDER_TIMEOUT",
    provider,
    `the command did not finish within ${timeoutMs} ms`,
  );
}

/** Says how a run ended that did not succeed. */
export function runFailure(
  run: Exclude<CommandEnd, { readonly end: "succeeded" }>,
  provider: string,
  config: ExecProviderConfig,
  environment: Environment,
): SecretRefError {
  switch (run.end) {
    case "aborted":
      return abortFailure(provider);
    case "timed-out":
      return timeoutFailure(provider, config);
    case "silent":
      return providerFailure(
        "SECRET_PROVIDER_NO_OUTPUT",
        provider,
        `the command wrote nothing for ${config.noOutputTimeoutMs} ms`,
      );
    case "too-much-output":
      return providerFailure(
        "SECRET_PROVIDER_OUTPUT_LIMIT",
        provider,
        `the command wrote more than ${config.maxOutputBytes} bytes (maxOutputBytes)`,
      );
    case "not-started":
      return spawnFailure(run.reason, provider);
    case "failed":
      return providerFailure(
        "SECRET_PROVIDER_EXIT",
        provider,
        run.signal === null
          ? `the command ended with status ${run.status}`
          : `the command was killed by ${run.signal}`,
        exitHint(run.status, config, environment),
      );
  }
}

/** What the system's reasons mean for a file that exists and may be executed: both were just checked. */
const spawnReasons: Readonly<Record<string, string>> = {
  ENOENT: "the interpreter its #! line names, or its loader, does not exist",
  EACCES: "it, or the interpreter its #! line names, may not be executed",
  ENOEXEC: "it is no program for this machine",
  E2BIG: "its args and environment are too large",
};

function spawnFailure(reason: string | undefined, provider: string): SecretRefError {
  // Where it is no code of the system's, Node or execa refused the arguments or variables before asking it.
  const known = reason !== undefined && /^E[A-Z0-9]+$/.test(reason);
  const explained = known
    ? spawnReasons[reason]
    : "its args or variables hold what no process can be given, such as a NUL character";
  return providerFailure(
    "SECRET_PROVIDER_SPAWN",
    provider,
    `the command could not be started${known ? ` (${reason})` : ""}${explained === undefined ? "" : `: ${explained}`}`,
  );
}

function exitHint(
  status: number | null,
  config: ExecProviderConfig,
  environment: Environment,
): string | undefined {
  const missing = describeMissingVariables(config, environment);
  // What shells and env(1) answer for a command that cannot be found (127) or executed (126).
  if (status === 126 || status === 127)
    return `a program that it calls could not be started${missing === undefined ? "" : `; ${missing}`}`;
  return missing === undefined ? undefined : `${SECRET_ERRORS.SECRET_PROVIDER_EXIT.hint}; ${missing}`;
}
