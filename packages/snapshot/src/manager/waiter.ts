import type { DurarError } from "@durar/secretref-schema";
import type { ChangedPath } from "../changed-paths.ts";
import { snapshotError } from "../errors.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Activation, Rehearsal } from "./types.ts";

/** What a job is answered with once it is settled. */
export interface Done {
  readonly snapshot: Snapshot;
  /** Absent where nothing was published. */
  readonly changed: readonly ChangedPath[] | undefined;
}

/** Who waits for a job: until it is settled, or until the caller's own signal ends the wait. */
export class Waiter {
  readonly answer: Promise<Done>;
  #resolve: (done: Done) => void = () => undefined;
  #reject: (error: DurarError) => void = () => undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #abort: () => void;

  constructor(signal: AbortSignal | undefined, onAborted: (waiter: Waiter) => void) {
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#signal = signal;
    this.#abort = () => {
      this.#reject(snapshotError("SNAPSHOT_ABORTED"));
      onAborted(this);
    };
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  resolve(done: Done): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#resolve(done);
  }

  reject(error: DurarError): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#reject(error);
  }
}

/** What a job that publishes is answered with. */
export function activation({ snapshot, changed = [] }: Done): Activation {
  const changedPaths = Object.freeze(changed.map(({ text }) => text));
  return Object.freeze({ snapshot, warnings: snapshot.warnings, changedPaths });
}

/** What a job that publishes nothing is answered with. */
export function rehearsal({ snapshot: { warnings, refsChecked } }: Done): Rehearsal {
  return Object.freeze({ warnings, refsChecked });
}
