import { isKeyMarker, isSecretVariable } from "@durar/durar-config";
import type { Snapshot } from "@durar/snapshot";

/** How many texts are kept, at most; of more, those that were in force longest ago are forgotten. */
const MOST = 10_000;

/**
 * The secrets that must not be shown wherever they turn up: those of every snapshot that was in force, since what was
 * rotated is often accepted for a while yet, and those in variables whose names tell so.
 */
export class SecretTexts implements Iterable<string> {
  readonly #texts = new Set<string>();
  readonly #most: number;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** A snapshot has come into force. */
  add({ entries, environment = {} }: Pick<Snapshot, "entries" | "environment">): void {
    for (const { outcome } of entries)
      if (outcome.kind === "plaintext" || outcome.kind === "resolved") this.#addAll(outcome.value.reveal());
    for (const [name, value = ""] of Object.entries(environment))
      if (isSecretVariable(name) && !isKeyMarker(value)) this.#addAll(value);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#texts.values();
  }

  /** Also the texts in a secret that is an object, such as a service account. */
  #addAll(value: unknown): void {
    if (typeof value === "object" && value !== null)
      for (const inner of Object.values(value)) this.#addAll(inner);
    if (typeof value !== "string" || value === "") return;
    // Taken out and put back in, they are in the order in which they were last in force.
    this.#texts.delete(value);
    this.#texts.add(value);
    const [oldest] = this.#texts;
    if (this.#texts.size > this.#most && oldest !== undefined) this.#texts.delete(oldest);
  }
}
