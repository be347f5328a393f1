import { printable } from "@durar/secretref-schema";
import { changedPaths } from "../changed-paths.ts";
import { Consumers } from "../consumers.ts";
import { snapshotError } from "../errors.ts";
import type { NoticeCode } from "../notices.ts";
import type { Snapshot } from "../snapshot.ts";
import { Announcer } from "./announcer.ts";
import { RecoveryTimer } from "./recovery-timer.ts";
import { reduce } from "./reduce.ts";
import type { Settings } from "./settings.ts";
import { noticeOf } from "./signal-notices.ts";
import {
  INITIAL_STATE,
  type Effect,
  type Job,
  type JobKind,
  type ManagerEvent,
  type ManagerState,
  type Step,
  type Trigger,
} from "./state.ts";
import { failureOf, keptChanging, reasonsOf } from "./step-errors.ts";
import { runStep } from "./steps.ts";
import type { Task } from "./task.ts";
import { Tasks } from "./tasks.ts";
import type { Attempt, ManagerStatus } from "./types.ts";
import { Waiter, type Done } from "./waiter.ts";

/** Drives the reducer: gives it events, and does what it answers. It decides nothing itself. */
export class Shell {
  readonly announcer: Announcer;
  readonly consumers: Consumers;
  readonly #settings: Settings;
  readonly #recovery: RecoveryTimer;
  readonly #tasks = new Tasks();
  readonly #events: ManagerEvent[] = [];
  #state: ManagerState = INITIAL_STATE;
  #snapshot: Snapshot | undefined;
  #since: number;
  #lastAttempt: Attempt | undefined;
  #lastId = 0;
  #isDispatching = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#since = settings.now();
    this.announcer = new Announcer(settings.now);
    this.consumers = new Consumers((name) => this.#consumerFailed(`the consumer of ${printable(name)}`));
    this.#recovery = new RecoveryTimer(settings, () =>
      this.#dispatch({ type: "recovery-due", id: this.#newId() }),
    );
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  status(): ManagerStatus {
    const { phase: state, generation } = this.#state;
    const nextAttemptAt = this.#recovery.dueAt;
    return Object.freeze({
      state,
      since: this.#since,
      generation,
      lastAttempt: this.#lastAttempt,
      nextAttemptAt,
    });
  }

  /** Asks for a job, and waits for its result. */
  request(
    kind: JobKind,
    trigger: Trigger,
    signal: AbortSignal | undefined,
    build?: Task["build"],
  ): Promise<Done> {
    if (signal?.aborted === true) return Promise.reject(snapshotError("SNAPSHOT_ABORTED"));
    const task = this.#tasks.of({ id: this.#newId(), kind, trigger }, build);
    const waiter = new Waiter(signal, (gone) => this.#withdraw(gone));
    task.waiters.add(waiter);
    this.#dispatch({ type: "requested", job: task.job });
    return waiter.answer;
  }

  close(): void {
    this.#dispatch({ type: "closed" });
    this.consumers.end();
  }

  #newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #withdraw(waiter: Waiter): void {
    for (const { id } of this.#tasks.leave(waiter)) this.#dispatch({ type: "withdrawn", id });
  }

  /** One event at a time: what a listener asks for meanwhile comes after. */
  #dispatch(event: ManagerEvent): void {
    this.#events.push(event);
    if (this.#isDispatching) return;
    this.#isDispatching = true;
    for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
      const { phase } = this.#state;
      const [state, effects] = reduce(this.#state, next, { recovers: this.#settings.recovery !== false });
      this.#state = state;
      if (state.phase !== phase) this.#since = this.#settings.now();
      for (const effect of effects) this.#perform(effect);
    }
    this.#isDispatching = false;
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case "run":
        return void this.#run(effect.step, effect.job);
      case "abort":
        return this.#tasks.get(effect.id)?.abort(snapshotError("SNAPSHOT_ABORTED"));
      case "publish":
        return this.#publish(effect.job);
      case "note":
        return this.#note(effect.id, effect.ok);
      case "settle":
        return this.#tasks.settle(effect.id, effect.result);
      case "join":
        return this.#tasks.join(effect.id, effect.into);
      case "signal": {
        const failures = this.#tasks.get(effect.id)?.failures ?? [];
        const [code, message] = noticeOf(effect.name, this.#state.generation, failures);
        return this.#announce(code, message, effect.name === "recovered" ? [] : failures);
      }
      case "schedule-recovery": {
        const seconds = Math.ceil(this.#recovery.set(effect.attempts) / 1_000);
        return this.#announce("SECRETS_RECOVERY_SCHEDULED", `the next attempt is in ${seconds} s`);
      }
      case "cancel-recovery":
        return this.#recovery.cancel();
    }
  }

  async #run(step: Step, job: Job): Promise<void> {
    const task = this.#tasks.of(job);
    const { now, activationTimeoutMs } = this.#settings;
    if (step === "load") task.begin(now(), activationTimeoutMs, () => snapshotError("SNAPSHOT_TIMEOUT"));
    let event: ManagerEvent;
    try {
      const generation = this.#state.generation + 1;
      const outcome = await runStep(step, task, { ...this.#settings, generation });
      // What was committed cannot be taken back. Anything else that an aborted job has done is not needed.
      if (step !== "commit") task.signal.throwIfAborted();
      if (outcome === "inputs-changed") task.fail("prepare", [keptChanging()]);
      event = { type: outcome };
    } catch (error) {
      const reasons = reasonsOf(error, step);
      task.fail(step, reasons);
      await task.abandon();
      event = { type: "step-failed", failure: failureOf(step, reasons) };
    }
    // Settled meanwhile, by close: what its step came to is nobody's concern.
    if (this.#tasks.get(job.id) === task) this.#dispatch(event);
    else await task.abandon();
  }

  #publish({ id }: Job): void {
    const task = this.#tasks.get(id);
    if (task?.prepared === undefined) return;
    const before = this.#snapshot;
    const { prepared } = task;
    this.#snapshot = prepared;
    try {
      task.publish();
    } catch {
      this.#consumerFailed("what admit made ready");
    }
    task.changed = changedPaths(before, prepared);
    const { length } = task.changed;
    const changes = before === undefined ? "" : `, ${length} path${length === 1 ? "" : "s"} changed`;
    this.#announce("SECRETS_ACTIVATED", `generation ${prepared.generation} is in force${changes}`);
    this.consumers.notify(prepared, before && task.changed);
  }

  #note(id: number, ok: boolean): void {
    const task = this.#tasks.get(id);
    if (task === undefined) return;
    const { job, startedAt } = task;
    const at = this.#settings.now();
    const failures = ok ? [] : task.failures;
    const attempt = { trigger: job.trigger, at, durationMs: at - startedAt, ok, failures };
    this.#lastAttempt = Object.freeze(attempt);
  }

  #consumerFailed(who: string): void {
    this.#announce(
      "SECRETS_CONSUMER_FAILED",
      `${who} failed when it was told of a change; its error is withheld`,
    );
  }

  #announce(code: NoticeCode, message: string, failures: Attempt["failures"] = []): void {
    this.announcer.announce(code, this.#state.generation, message, failures);
  }
}
