import { DurarError, type ErrorKind } from "@durar/secretref-schema";

interface ResolverErrorRow {
  readonly kind: ErrorKind;
  /** When it is given. */
  readonly when: string;
  /** What to do about it. */
  readonly hint: string;
}

/** The codes of this package's own errors. */
export const RESOLVER_ERRORS = Object.freeze({
  RESOLVER_DEFINITION_INVALID: {
    kind: "invalid-config",
    when: "a resolver is defined against the rules: no function or two, or a bound out of its range",
    hint: "correct the definition as the message says",
  },
  RESOLVER_REQUEST_INVALID: {
    kind: "invalid-config",
    when: "the request is not one of protocol version 1, is too large, or did not arrive in time",
    hint: 'send one line of JSON: {"protocolVersion":1,"provider":ALIAS,"ids":[ID]}, and close standard input',
  },
  RESOLVER_OPTIONS_INVALID: {
    kind: "invalid-config",
    when: "an option of conform() or of a ready resolver is missing, unknown or out of its range",
    hint: "correct the option as the message says",
  },
  RESOLVER_ABORTED: {
    kind: "unavailable",
    when: "the caller's signal ended conform()",
    hint: "try again",
  },
} as const satisfies Readonly<Record<string, ResolverErrorRow>>);

/** A code of {@link RESOLVER_ERRORS}. */
export type ResolverErrorCode = keyof typeof RESOLVER_ERRORS;

/** A resolver, or its test, was set up or asked against the rules. */
export class ResolverError extends DurarError<ResolverErrorCode> {
  /** @param message one line, without anything a resolver wrote */
  constructor(code: ResolverErrorCode, message: string) {
    const { kind, hint } = RESOLVER_ERRORS[code];
    super({ code, kind, message, hint });
  }
}

Object.defineProperty(ResolverError.prototype, "name", {
  value: "ResolverError",
  configurable: true,
  writable: true,
});
