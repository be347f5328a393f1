import { EXEC_REPORTED_CODES, type ExecReportedCode } from "@durar/secretref-schema";
import { ResolverError } from "./errors.ts";

const brand = Symbol.for("durar.Refusal");

/** Why an id has no value: a code of the protocol's closed list and nothing else. Made by {@link refuse}. */
export class Refusal extends Error {
  readonly code: ExecReportedCode;

  constructor(code: ExecReportedCode) {
    super(`refused: ${code}`);
    this.code = code;
  }

  get [brand](): true {
    return true;
  }
}

Object.defineProperty(Refusal.prototype, "name", { value: "Refusal", configurable: true, writable: true });

/**
 * Says that an id has no value, and why. A resolver returns it for the id, or throws it.
 *
 * @throws RESOLVER_DEFINITION_INVALID for a code that the protocol does not have
 */
export function refuse(code: ExecReportedCode): Refusal {
  if (!EXEC_REPORTED_CODES.includes(code))
    throw new ResolverError(
      "RESOLVER_DEFINITION_INVALID",
      `a resolver may refuse with ${EXEC_REPORTED_CODES.join(", ")} only`,
    );
  return new Refusal(code);
}

/** Whether something is a {@link Refusal}, also one made by another copy of this package. */
export function isRefusal(value: unknown): value is Refusal {
  if (typeof value !== "object" || value === null) return false;
  try {
    const { code, [brand]: isBranded } = value as Readonly<Record<PropertyKey, unknown>>;
    return isBranded === true && EXEC_REPORTED_CODES.some((known) => known === code);
  } catch {
    // Whatever an author's function answers or throws, looking at it must not throw.
    return false;
  }
}
