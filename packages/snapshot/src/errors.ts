import { inspect } from "node:util";
import { DurarError, type ErrorKind } from "@durar/secretref-schema";

interface SnapshotErrorRow {
  readonly kind: ErrorKind;
  readonly when: string;
  readonly hint: string;
}

function row(kind: ErrorKind, when: string, hint: string): SnapshotErrorRow {
  return Object.freeze({ kind, when, hint });
}

/** Every code of this package's own errors. The set is closed; the reasons of a failed activation have codes of their own. */
export const SNAPSHOT_ERRORS = Object.freeze({
  SNAPSHOT_ACTIVATION_FAILED: row(
    "unavailable",
    "an activation failed: `failures` has every reason",
    "mend each of the reasons; what was in force stays so",
  ),
  SNAPSHOT_INPUTS_INVALID: row(
    "invalid-config",
    "the documents to activate cannot be read: `failures` has every reason",
    "correct the documents; what was in force stays so",
  ),
  SNAPSHOT_NOT_ACTIVE: row(
    "unavailable",
    "something was asked for that needs a snapshot in force, and there is none yet",
    "call start first, and wait for it",
  ),
  SNAPSHOT_ALREADY_STARTED: row("internal", "start was called on a manager that has started", "use reload"),
  SNAPSHOT_CLOSED: row("unavailable", "the manager was closed", "make another one"),
  SNAPSHOT_STEP_FAILED: row(
    "internal",
    "a function that was handed in threw an error without a code, whose text is withheld",
    "let it throw a DurarError, whose text is known to be safe",
  ),
  SNAPSHOT_CONTRACT_BROKEN: row(
    "internal",
    "what was handed in is no plain data, or holds none or several documents of kind `config`",
    "hand in one document of kind config, and objects, lists, text, numbers, booleans and null alone",
  ),
  SNAPSHOT_TIMEOUT: row(
    "unavailable",
    "an activation took longer than `activationTimeoutMs`",
    "see what it waits for, or raise activationTimeoutMs",
  ),
  SNAPSHOT_ABORTED: row("unavailable", "the caller's signal ended the wait", "call again"),
});

/** A code of {@link SNAPSHOT_ERRORS}. */
export type SnapshotErrorCode = keyof typeof SNAPSHOT_ERRORS;

/** An error of this package. Where it has reasons, each is an error of its own, and all of them are here. */
export class SnapshotError extends DurarError<SnapshotErrorCode> {
  readonly failures: readonly DurarError[];

  constructor(code: SnapshotErrorCode, message: string, failures: readonly DurarError[] = []) {
    const { kind, hint } = SNAPSHOT_ERRORS[code];
    super({ code, kind, message, hint, paths: [...new Set(failures.flatMap(({ paths }) => paths))] });
    this.failures = Object.freeze([...failures]);
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), failures: this.failures.map((failure) => failure.toJSON()) };
  }

  override [inspect.custom](): string {
    return [super[inspect.custom](), ...this.failures.map((failure) => `  ${inspect(failure)}`)].join("\n");
  }
}

Object.defineProperty(SnapshotError.prototype, "name", {
  value: "SnapshotError",
  configurable: true,
  writable: true,
});

/** The error of a code that needs no more words than its table has. */
export function snapshotError(code: SnapshotErrorCode): SnapshotError {
  return new SnapshotError(code, SNAPSHOT_ERRORS[code].when.replaceAll("`", ""));
}

/** How many reasons there are, and the first of them, in one line. */
export function summarize(what: string, failures: readonly DurarError[]): string {
  const [first] = failures;
  if (first === undefined) return what;
  const where = first.paths.length === 0 ? "" : ` (${first.paths.join(", ")})`;
  const reason = `${first.message}${where}`;
  return failures.length === 1
    ? `${what}: ${reason}`
    : `${what} for ${failures.length} reasons, the first: ${reason}`;
}
