import { snapshotError } from "../errors.ts";
import { JOB_KINDS, type Job, type JobResult } from "./state.ts";
import { errorFor } from "./step-errors.ts";
import { Task } from "./task.ts";
import type { Waiter } from "./waiter.ts";

/** The tasks of all jobs that are not settled yet. */
export class Tasks {
  readonly #tasks = new Map<number, Task>();

  get(id: number): Task | undefined {
    return this.#tasks.get(id);
  }

  /** The task of a job: an attempt in the background has none until it begins, or until somebody joins it. */
  of(job: Job, build?: Task["build"]): Task {
    const task = this.#tasks.get(job.id) ?? new Task(job, build);
    this.#tasks.set(job.id, task);
    return task;
  }

  /** Whoever waits for the one job waits for the other from now on. */
  join(id: number, into: Job): void {
    const twin = this.of(into);
    for (const waiter of this.#tasks.get(id)?.waiters ?? []) twin.waiters.add(waiter);
    this.#tasks.delete(id);
  }

  /** One waits no longer. Answers the jobs not to be done any more: those whose failure would be news to nobody. */
  leave(waiter: Waiter): readonly Job[] {
    const left: Job[] = [];
    for (const { job, waiters } of this.#tasks.values())
      if (waiters.delete(waiter) && waiters.size === 0 && !JOB_KINDS[job.kind].degrades) left.push(job);
    return left;
  }

  /** Tells whoever waits for a job what it came to, and forgets it. */
  settle(id: number, result: JobResult): void {
    const task = this.#tasks.get(id);
    if (task === undefined) return;
    this.#tasks.delete(id);
    task.end();
    if (result === "closed") task.abort(snapshotError("SNAPSHOT_CLOSED"));
    const { prepared: snapshot, changed, waiters } = task;
    const isDone = result === "published" || result === "passed";
    for (const waiter of waiters)
      if (isDone && snapshot !== undefined) waiter.resolve({ snapshot, changed });
      else waiter.reject(errorFor(task, result));
  }
}
