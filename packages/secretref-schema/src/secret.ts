import { inspect } from "node:util";

const brand = Symbol.for("durar.Secret");
const placeholder = "[secret]";

/**
 * A resolved secret. Its string, JSON and inspection forms are all `[secret]`;
 * {@link Secret.reveal} is the one way to its content.
 *
 * @example
 * const secret = new Secret("s3cr3t");
 * `${secret}`; // "[secret]"
 * secret.reveal(); // "s3cr3t"
 */
export class Secret<Value = unknown> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
    Object.freeze(this);
  }

  /** The content itself. Call it where the secret is used, as late as possible. */
  reveal(): Value {
    return this.#value;
  }

  toString(): string {
    return placeholder;
  }

  toJSON(): string {
    return placeholder;
  }

  [Symbol.toPrimitive](): string {
    return placeholder;
  }

  [inspect.custom](): string {
    return placeholder;
  }

  get [brand](): true {
    return true;
  }
}

/** Whether `value` is a {@link Secret}, also one made by another copy of this package. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}
