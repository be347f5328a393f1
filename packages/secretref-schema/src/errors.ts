import { DurarError, type ErrorDetails, type ErrorKind } from "./error.ts";

/** What a code is about: one ref, a whole provider, or what the caller allowed. */
export type SecretErrorScope = "ref" | "provider" | "caller";

interface SecretErrorRow {
  readonly scope: SecretErrorScope;
  readonly kind: ErrorKind;
  /** Whether the same attempt may succeed a moment later with nothing changed in the configuration. */
  readonly transient: boolean;
  /** When it is given. */
  readonly when: string;
  /** What to do, where the thrower knows nothing better. */
  readonly hint: string;
}

function row(
  scope: SecretErrorScope,
  kind: ErrorKind,
  when: string,
  hint: string,
  transient = false,
): SecretErrorRow {
  return Object.freeze({ scope, kind, transient, when, hint });
}

/** Every code a reference can fail with. The set is closed. */
export const SECRET_ERRORS = Object.freeze({
  SECRET_REF_INVALID: row(
    "ref",
    "invalid-config",
    "a ref, or its id for this provider, breaks the grammar",
    "correct the ref as the rule says",
  ),
  SECRET_NOT_FOUND: row(
    "ref",
    "not-found",
    "the variable is not set, the pointer leads nowhere, or the provider did not answer the id",
    "store the secret under this id, or correct the id",
  ),
  SECRET_EMPTY: row(
    "ref",
    "not-found",
    "the value is empty or only white space",
    "store a value under this id",
  ),
  SECRET_NOT_ALLOWLISTED: row(
    "ref",
    "denied",
    "the env provider's allowlist does not name the variable",
    "add the variable to the provider's allowlist",
  ),
  SECRET_VALUE_TYPE: row(
    "ref",
    "invalid-config",
    "the value has a type this field cannot take",
    "store a string (or, for a service account, an object) under this id",
  ),
  SECRET_REF_POLICY: row(
    "ref",
    "denied",
    "a ref stands where the policy allows none, as in an OAuth profile",
    "remove the ref; credentials that rotate at run time are not read through refs",
  ),
  SECRET_PROVIDER_REPORTED: row(
    "ref",
    "not-found",
    "an exec provider reported an error for this id",
    "look the id up with the provider's own tool",
  ),
  SECRET_PROVIDER_NOT_CONFIGURED: row(
    "provider",
    "invalid-config",
    "no provider of this alias is configured, or its configuration is not valid",
    "add it under secrets.providers, correct it there, or correct the alias",
  ),
  SECRET_PROVIDER_SOURCE_MISMATCH: row(
    "provider",
    "invalid-config",
    "the provider of this alias is of another source",
    "use the provider's own source in the ref, or name another provider",
  ),
  SECRET_PROVIDER_NOT_INSTALLED: row(
    "provider",
    "invalid-config",
    "this program was built without the provider for this source",
    "pass the provider for this source to the program, or use another source",
  ),
  SECRET_PATH_UNTRUSTED: row(
    "provider",
    "denied",
    "the file or command fails a path trust check",
    "correct its owner or mode, or use the option the message names",
  ),
  SECRET_PATH_UNREADABLE: row(
    "provider",
    "unavailable",
    "the file or command does not exist or cannot be read",
    "create it, or correct the path",
    true,
  ),
  SECRET_PAYLOAD_INVALID: row(
    "provider",
    "invalid-config",
    "the secrets file is not what its mode says: invalid UTF-8, broken JSON, not an object",
    "correct the file at the position given",
  ),
  SECRET_LIMIT_EXCEEDED: row(
    "provider",
    "invalid-config",
    "more refs, a longer id or a larger file than the configured limit",
    "raise the limit the message names, or spread the refs over several providers",
  ),
  SECRET_PROVIDER_TIMEOUT: row(
    "provider",
    "unavailable",
    "the provider did not finish within timeoutMs",
    "check the provider, or raise its timeoutMs",
    true,
  ),
  SECRET_PROVIDER_NO_OUTPUT: row(
    "provider",
    "unavailable",
    "the provider wrote nothing for noOutputTimeoutMs",
    "check the provider, or raise its noOutputTimeoutMs",
    true,
  ),
  SECRET_PROVIDER_OUTPUT_LIMIT: row(
    "provider",
    "invalid-config",
    "the provider wrote more than maxOutputBytes",
    "raise maxOutputBytes, or let the provider write less",
  ),
  SECRET_PROVIDER_EXIT: row(
    "provider",
    "unavailable",
    "the command ended with a non-zero status or by a signal",
    "run the command by hand, with what passEnv and env give it: the secret may be missing, or its store locked",
    true,
  ),
  SECRET_PROVIDER_SPAWN: row(
    "provider",
    "unavailable",
    "the command could not be started",
    "check that the command is executable and its interpreter exists",
    true,
  ),
  SECRET_PROTOCOL_INVALID: row(
    "provider",
    "invalid-config",
    "the command's answer is not protocol version 1",
    "let the command answer the protocol, or set jsonOnly: false for a command that prints the bare value",
  ),
  SECRET_EXEC_NOT_ALLOWED: row(
    "caller",
    "denied",
    "an exec provider would have to run, and the caller did not allow it",
    "allow it with --allow-exec",
  ),
  SECRET_ABORTED: row(
    "caller",
    "unavailable",
    "the caller's signal ended the attempt, or its inputs kept changing",
    "try again",
  ),
} as const satisfies Record<string, SecretErrorRow>);

/** A code of {@link SECRET_ERRORS}. */
export type SecretErrorCode = keyof typeof SECRET_ERRORS;

/** What a {@link SecretRefError} is made from: the code decides kind and, where none is given, the hint. */
export type SecretRefErrorDetails = Omit<ErrorDetails<SecretErrorCode>, "code" | "kind" | "hint"> & {
  readonly hint?: string | undefined;
};

/** A reference, or a whole provider, could not be resolved. */
export class SecretRefError extends DurarError<SecretErrorCode> {
  constructor(code: SecretErrorCode, details: SecretRefErrorDetails) {
    const { kind, hint } = SECRET_ERRORS[code];
    super({ ...details, code, kind, hint: details.hint ?? hint });
  }

  /** Whether the code concerns one ref, a whole provider or the caller. */
  get scope(): SecretErrorScope {
    return SECRET_ERRORS[this.code].scope;
  }

  /** Whether the same attempt may succeed a moment later with nothing changed in the configuration. */
  get transient(): boolean {
    return SECRET_ERRORS[this.code].transient || this.reported === "UNAVAILABLE";
  }

  /** The same error about another ref or other paths: how a provider's one failure reaches each of its refs. */
  with(details: Pick<SecretRefErrorDetails, "source" | "provider" | "id" | "paths">): SecretRefError {
    const { message, hint, source, provider, id, paths, reported, cause } = this;
    return new SecretRefError(this.code, {
      ...{ message, hint, source, provider, id, paths, reported },
      ...(cause instanceof Error ? { cause } : {}),
      ...details,
    });
  }
}

Object.defineProperty(SecretRefError.prototype, "name", {
  value: "SecretRefError",
  configurable: true,
  writable: true,
});
