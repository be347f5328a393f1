import { formatRef, printable, SecretRefError, type SecretErrorCode } from "@durar/secretref-schema";

/** What a step came to: a value, or the error that ends it. */
export type Result<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: SecretRefError };

/** What is wrong, what to do about it where the code's own hint is too general, and the file system's error behind it. */
export interface Failure {
  readonly problem: string;
  readonly hint?: string | undefined;
  readonly cause?: Error | undefined;
}

type Failed = Extract<Result<never>, { ok: false }>;

/** A failure of the whole provider, or of a ref whose id must not be shown. */
export function failProvider(code: SecretErrorCode, provider: string, failure: Failure): Failed {
  const { problem, hint, cause } = failure;
  const message = `${printable(`file:${provider}`)}: ${problem}`;
  return { ok: false, error: new SecretRefError(code, { source: "file", provider, message, hint, cause }) };
}

/** A failure of one ref. */
export function failRef(code: SecretErrorCode, provider: string, id: string, failure: Failure): Failed {
  const { problem, hint } = failure;
  const ref = { source: "file", provider, id } as const;
  return {
    ok: false,
    error: new SecretRefError(code, { ...ref, message: `${formatRef(ref)}: ${problem}`, hint }),
  };
}
