import { inspect } from "node:util";
import { printable } from "./printable.ts";
import type { SecretSource } from "./ref.ts";

const brand = Symbol.for("durar.Error");

/** What sort of trouble an error is, for callers that treat all of a sort alike. */
export type ErrorKind = "not-found" | "invalid-config" | "denied" | "unavailable" | "internal";

/** The data of a {@link DurarError}. None of it may hold a secret, file content or provider text. */
export interface ErrorDetails<Code extends string = string> {
  readonly code: Code;
  readonly kind: ErrorKind;
  /** One line: what is wrong. Characters that are not safe to print are escaped. */
  readonly message: string;
  /** One line: what to do next. Characters that are not safe to print are escaped. */
  readonly hint: string;
  readonly source?: SecretSource | undefined;
  /** The provider alias. */
  readonly provider?: string | undefined;
  readonly id?: string | undefined;
  /** Every config path that is affected, in text form. */
  readonly paths?: readonly string[] | undefined;
  /** A code of the closed list that an exec provider may report for an id. */
  readonly reported?: string | undefined;
  /** Only an error of Node's own fs or net, or one of ours: others carry file content or child output. */
  readonly cause?: Error | undefined;
}

/**
 * The base of every error of the `@durar` packages: data with a closed code.
 * Recognise it with {@link isDurarError}, never with `instanceof`, which fails between two copies of a package.
 */
export class DurarError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly kind: ErrorKind;
  readonly hint: string;
  readonly source: SecretSource | undefined;
  readonly provider: string | undefined;
  readonly id: string | undefined;
  readonly paths: readonly string[];
  readonly reported: string | undefined;

  constructor(details: ErrorDetails<Code>) {
    // Here, so that no path or id in any message can change how a terminal or a log shows it.
    super(printable(details.message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.kind = details.kind;
    this.hint = printable(details.hint);
    this.source = details.source;
    this.provider = details.provider;
    this.id = details.id;
    this.paths = Object.freeze([...(details.paths ?? [])]);
    this.reported = details.reported;
    // The cause stays reachable for a debugger, and out of whatever enumerates or prints the error.
    Object.defineProperty(this, "cause", { value: details.cause, enumerable: false });
  }

  /** The fixed list of what an error shows; its stack and cause are not in it. */
  toJSON(): Record<string, unknown> {
    return {
      name: this.name,
      code: this.code,
      kind: this.kind,
      message: this.message,
      hint: this.hint,
      ...(this.source === undefined ? {} : { source: this.source }),
      ...(this.provider === undefined ? {} : { provider: this.provider }),
      ...(this.id === undefined ? {} : { id: this.id }),
      ...(this.paths.length === 0 ? {} : { paths: this.paths }),
      ...(this.reported === undefined ? {} : { reported: this.reported }),
    };
  }

  [inspect.custom](): string {
    const { name, code, message, hint, paths } = this;
    const where = paths.length === 0 ? "" : ` (needed by ${paths.join(", ")})`;
    return `${name} [${code}]: ${message}${where} - ${hint}`;
  }

  get [brand](): true {
    return true;
  }
}

Object.defineProperty(DurarError.prototype, "name", {
  value: "DurarError",
  configurable: true,
  writable: true,
});

/** Whether `value` is a {@link DurarError}, also one made by another copy of this package. */
export function isDurarError(value: unknown): value is DurarError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}
