import { createHmac, randomBytes } from "node:crypto";

/**
 * Names contents of the configuration file. The key is this process's own: a plain hash of the real bytes, next to the
 * redacted text, would let a reader guess the secrets one by one.
 */
export class ConfigHash {
  readonly #key = randomBytes(32);

  of(text: string): string {
    return createHmac("sha256", this.#key).update(text).digest("hex");
  }
}
