import { inspect } from "node:util";
import { DurarError, SecretRefError, type ErrorKind } from "@durar/secretref-schema";

interface ApplyErrorRow {
  readonly kind: ErrorKind;
  /** When it is given. */
  readonly when: string;
  /** What to do, where the thrower knows nothing better. */
  readonly hint: string;
}

function row(kind: ErrorKind, when: string, hint: string): ApplyErrorRow {
  return Object.freeze({ kind, when, hint });
}

/** Every code of this package. The set is closed; a failed check or commit keeps the code of what failed. */
export const APPLY_ERRORS = Object.freeze({
  PLAN_INVALID: row(
    "invalid-config",
    "the plan breaks rules: `failures` has every one",
    "correct the plan, or make a new one",
  ),
  PLAN_MALFORMED: row(
    "invalid-config",
    "the plan is no JSON, or breaks the shape of a plan",
    "correct the plan as the rule says",
  ),
  PLAN_TARGET_INVALID: row(
    "invalid-config",
    "a target of the plan names no place that can hold its ref",
    "correct the target as the rule says",
  ),
  PLAN_PROVIDER_INVALID: row(
    "invalid-config",
    "the plan's providers contradict one another, or one that it deletes is still needed",
    "correct providerUpserts or providerDeletes as the rule says",
  ),
  PLAN_STALE: row(
    "denied",
    "what stands at a target is no longer what the plan expects",
    "look at what changed it, and make a new plan",
  ),
  APPLY_REFUSED: row(
    "denied",
    "a plan or a change is sound and still must not be made: `failures` has every reason",
    "mend each of the reasons; nothing was changed",
  ),
  APPLY_STORE_UNREADABLE: row(
    "invalid-config",
    "a store cannot be read or does not parse, so it is neither edited nor replaced",
    "correct the file at the position given",
  ),
  APPLY_STORE_CHANGED: row(
    "denied",
    "a store that the plan leaves as it is was changed while the plan was checked",
    "apply the plan again",
  ),
  APPLY_EDIT_IMPOSSIBLE: row(
    "invalid-config",
    "a change cannot be made in the text of its file",
    "make room for it as the rule says",
  ),
  APPLY_VALUE_DIFFERS: row(
    "denied",
    "a ref yields another value than the plaintext it replaces",
    "store the present value where the ref leads, or accept new values with --accept-new-values",
  ),
  APPLY_DESTINATION_TAKEN: row(
    "denied",
    "where a value is to be moved to, another value stands already",
    "choose another id, or remove what stands there",
  ),
  APPLY_DESTINATION_UNUSABLE: row(
    "denied",
    "a value cannot be moved to where its ref leads",
    "do what the message says, or store the value there yourself and leave move out",
  ),
  APPLY_MOVE_UNREAD: row(
    "unavailable",
    "a moved value was added and its provider does not give it back; nothing else was changed",
    "check the provider; what was added stays where it is",
  ),
} as const satisfies Readonly<Record<string, ApplyErrorRow>>);

/** A code of {@link APPLY_ERRORS}. */
export type ApplyErrorCode = keyof typeof APPLY_ERRORS;

/** The error of one reason, with the table's kind and, where none is given, its hint. */
export function applyError(
  code: ApplyErrorCode,
  message: string,
  details: { readonly hint?: string | undefined; readonly paths?: readonly string[] } = {},
): DurarError<ApplyErrorCode> {
  const { kind, hint } = APPLY_ERRORS[code];
  return new DurarError({ code, kind, message, hint: details.hint ?? hint, paths: details.paths });
}

/** Why nothing was applied: each reason is an error of its own, and all of them are here. */
export class ApplyError extends DurarError<ApplyErrorCode> {
  readonly failures: readonly DurarError[];

  constructor(code: ApplyErrorCode, failures: readonly DurarError[]) {
    const { kind, hint } = APPLY_ERRORS[code];
    super({
      code,
      kind,
      message: summary(code, failures),
      hint,
      paths: failures.flatMap(({ paths }) => paths),
    });
    this.failures = Object.freeze([...failures]);
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), failures: this.failures.map((failure) => failure.toJSON()) };
  }

  override [inspect.custom](): string {
    return [super[inspect.custom](), ...this.failures.map((failure) => `  ${inspect(failure)}`)].join("\n");
  }
}

Object.defineProperty(ApplyError.prototype, "name", {
  value: "ApplyError",
  configurable: true,
  writable: true,
});

function summary(code: ApplyErrorCode, failures: readonly DurarError[]): string {
  const what = code === "PLAN_INVALID" ? "the plan is not valid" : "nothing was applied";
  const [first] = failures;
  if (first === undefined) return what;
  return failures.length === 1
    ? `${what}: ${first.message}`
    : `${what} for ${failures.length} reasons, the first: ${first.message}`;
}

/** @throws ApplyError where there is a reason */
export function throwReasons(code: ApplyErrorCode, failures: readonly DurarError[]): void {
  if (failures.length > 0) throw new ApplyError(code, failures);
}

/** That exec providers may not run, and a plan or a change has to do with them. */
export function execNotAllowed(what: string): SecretRefError {
  return new SecretRefError("SECRET_EXEC_NOT_ALLOWED", {
    message: `${what} has exec refs or providers, which have to run before it is written`,
  });
}
