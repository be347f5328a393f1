import { setMaxListeners } from "node:events";
import type { DurarError } from "@durar/secretref-schema";
import type { ChangedPath } from "../changed-paths.ts";
import type { Inputs } from "../inputs.ts";
import type { Snapshot } from "../snapshot.ts";
import { errorOf } from "./step-errors.ts";
import type { Job, Step } from "./state.ts";
import type { Admission, Submission } from "./types.ts";
import type { Waiter } from "./waiter.ts";

/** What the shell holds of a job: everything the reducer does without. */
export class Task {
  readonly job: Job;
  /** Reads what is submitted; `undefined` for a job about what is on disk. */
  readonly build: ((signal: AbortSignal) => Promise<Inputs | Submission>) | undefined;
  readonly waiters = new Set<Waiter>();
  inputs: Inputs | undefined;
  commit: Submission["commit"] | undefined;
  prepared: Snapshot | undefined;
  changed: readonly ChangedPath[] | undefined;
  /** Why it failed, one for each reason. */
  failures: readonly DurarError[] = [];
  /** What whoever waits is told then. */
  error: DurarError | undefined;
  startedAt = 0;
  readonly #controller = new AbortController();
  readonly #aborted: Promise<never>;
  #timer: NodeJS.Timeout | undefined;
  #admission: Admission | undefined;

  constructor(job: Job, build: Task["build"]) {
    this.job = job;
    this.build = build;
    // Every provider at work listens; there may be more than Node takes for a leak, which it would print.
    setMaxListeners(0, this.signal);
    this.#aborted = new Promise((_resolve, reject) => {
      const { signal } = this.#controller;
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
    this.#aborted.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on it has this long. */
  begin(now: number, timeoutMs: number, late: () => DurarError): void {
    this.startedAt = now;
    this.#timer = setTimeout(() => this.abort(late()), timeoutMs);
  }

  abort(reason: DurarError): void {
    this.#controller.abort(reason);
  }

  /** Waits for work, and no longer than until the job is aborted. */
  async until<Value>(work: Promise<Value> | Value): Promise<Value> {
    return Promise.race([this.#aborted, work]);
  }

  fail(step: Step, reasons: readonly DurarError[]): void {
    this.failures = reasons;
    this.error = errorOf(this.job, step, reasons);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /** Keeps what is made ready for the snapshot; where the job is aborted first, it is abandoned once it is ready. */
  async admit(ready: Promise<Admission>): Promise<void> {
    try {
      this.#admission = await this.until(ready);
    } catch (error) {
      void ready.then(abandoned, () => undefined);
      throw error;
    }
  }

  /** Undoes what was made ready for it, where anything was. */
  async abandon(): Promise<void> {
    const admission = this.#admission;
    this.#admission = undefined;
    if (admission !== undefined) await abandoned(admission);
  }

  /** The snapshot is in force: what was made ready for it is told. */
  publish(): void {
    const admission = this.#admission;
    this.#admission = undefined;
    admission?.published();
  }
}

async function abandoned(admission: Admission): Promise<void> {
  try {
    await admission.abandoned();
  } catch {
    // It was for a snapshot that never was: what goes wrong is nobody's to mend.
  }
}
