import { compilePattern } from "@durar/credential-surface";
import type { ChangedPath } from "./changed-paths.ts";
import { Consumer, type ChangeListener } from "./consumer.ts";
import type { Snapshot } from "./snapshot.ts";

export interface ConsumerOptions {
  /** What notices call it. @default its first pattern */
  readonly name?: string | undefined;
  /** The kind of store its patterns are of. @default `config` */
  readonly store?: string | undefined;
}

/** Those who want to know when a value of theirs changes. */
export class Consumers {
  readonly #consumers = new Set<Consumer>();
  readonly #onFailure: (name: string) => void;

  /** @param onFailure told of every consumer that throws; it stops no other */
  constructor(onFailure: (name: string) => void) {
    this.#onFailure = onFailure;
  }

  /** @returns a function that ends it */
  add(patterns: readonly string[], listener: ChangeListener, options: ConsumerOptions): () => void {
    const { name = patterns[0] ?? "no pattern", store = "config" } = options;
    const compiled = patterns.map(compilePattern);
    const consumer = new Consumer(store, compiled, listener, () => this.#onFailure(name));
    this.#consumers.add(consumer);
    return () => {
      this.#consumers.delete(consumer);
      consumer.end();
    };
  }

  /** Tells each consumer what is new for it; `undefined` stands for everything. Returns at once. */
  notify(snapshot: Snapshot, changed: readonly ChangedPath[] | undefined): void {
    // A copy: who comes while others are told has the new values already.
    for (const consumer of [...this.#consumers]) consumer.notify(snapshot, changed);
  }

  /** Nobody is told anything any more, not even what waits. */
  end(): void {
    for (const consumer of this.#consumers) consumer.end();
    this.#consumers.clear();
  }
}
