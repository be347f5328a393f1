import {
  JOB_KINDS,
  stepsOf,
  type Effect,
  type Job,
  type JobResult,
  type ManagerEvent,
  type ManagerState,
  type RunningJob,
  type SignalName,
  type StepFailure,
} from "./state.ts";

/** How many times one job is prepared before it gives up on inputs that keep changing. */
export const MAX_PREPARATIONS = 3;

/** A state, and what is to be done on the way to it, in order. */
export type Transition = readonly [state: ManagerState, effects: readonly Effect[]];

export interface ReducerOptions {
  /** Whether failures that may pass are followed by attempts in the background. */
  readonly recovers: boolean;
}

/** What an event does to the manager. Pure: the same arguments always give the same answer. */
export function reduce(state: ManagerState, event: ManagerEvent, options: ReducerOptions): Transition {
  if (state.phase === "closed")
    return event.type === "requested" ? [state, [settle(event.job, "closed")]] : [state, []];
  switch (event.type) {
    case "requested":
      return request(state, event.job);
    case "withdrawn":
      return withdraw(state, event.id);
    case "recovery-due":
      return recover(state, event.id);
    case "closed":
      return close(state);
    default:
      return state.running === undefined ? [state, []] : goOn(state, state.running, event, options);
  }
}

function request(state: ManagerState, job: Job): Transition {
  if (job.kind === "start" ? state.phase !== "inactive" : state.phase === "inactive")
    return [state, [settle(job, "refused")]];
  const twin = twinOf(state, job);
  if (twin === undefined) return next({ ...state, waiting: [...state.waiting, job] });
  // Whoever asks in person makes an attempt in the background theirs.
  const into = twin.trigger === "recovery" ? { ...twin, trigger: job.trigger } : twin;
  const waiting = state.waiting.map((waits) => (waits === twin ? into : waits));
  return [{ ...state, waiting }, [{ type: "join", id: job.id, into }]];
}

/**
 * The job whose result a request can share: a reload that has not begun, for one that has may have read older inputs;
 * a start in any case, for there is only one, unless it was given up.
 */
function twinOf({ running, waiting }: ManagerState, { kind }: Job): Job | undefined {
  const begun = kind === "start" && running?.withdrawn === false ? [running.job] : [];
  return kind === "reload" || kind === "start"
    ? [...begun, ...waiting].find((other) => other.kind === kind)
    : undefined;
}

function withdraw(state: ManagerState, id: number): Transition {
  const { running, waiting } = state;
  if (running?.job.id === id)
    return [{ ...state, running: { ...running, withdrawn: true } }, [{ type: "abort", id }]];
  const withdrawn = waiting.filter((job) => job.id === id).map((job) => settle(job, "withdrawn"));
  return [{ ...state, waiting: waiting.filter((job) => job.id !== id) }, withdrawn];
}

function recover(state: ManagerState, id: number): Transition {
  if (state.recovery?.scheduled !== true) return [state, []];
  const due = { ...state, recovery: { ...state.recovery, scheduled: false } };
  // A reload that is asked for already is the attempt.
  if (state.waiting.some(isReload) || (state.running !== undefined && isReload(state.running.job)))
    return [due, []];
  return next({ ...due, waiting: [...due.waiting, { id, kind: "reload", trigger: "recovery" }] });
}

function isReload({ kind }: Job): boolean {
  return kind === "reload";
}

function close(state: ManagerState): Transition {
  const open = [...(state.running === undefined ? [] : [state.running.job]), ...state.waiting];
  const closed: ManagerState = {
    ...state,
    phase: "closed",
    running: undefined,
    waiting: [],
    recovery: undefined,
  };
  return [closed, [{ type: "cancel-recovery" }, ...open.map((job) => settle(job, "closed"))]];
}

/** What the outcome of a step leads to. */
function goOn(
  state: ManagerState,
  running: RunningJob,
  event: Extract<ManagerEvent, { type: "step-done" | "step-failed" | "inputs-changed" }>,
  options: ReducerOptions,
): Transition {
  const { job, step, preparations } = running;
  if (event.type === "step-failed") return fail(state, job, event.failure, options);
  if (event.type === "inputs-changed")
    return preparations < MAX_PREPARATIONS
      ? runStep(state, { ...running, step: "prepare", preparations: preparations + 1 })
      : fail(state, job, "permanent", options);

  const steps = stepsOf(job.kind);
  const following = steps[steps.indexOf(step) + 1];
  if (following !== undefined)
    return runStep(state, {
      ...running,
      step: following,
      preparations: preparations + (following === "prepare" ? 1 : 0),
    });
  return JOB_KINDS[job.kind].publishes ? publish(state, job) : pass(state, job);
}

function runStep(state: ManagerState, running: RunningJob): Transition {
  return [{ ...state, running }, [{ type: "run", step: running.step, job: running.job }]];
}

/** What listeners may look at is up to date before they are told. */
function publish(state: ManagerState, job: Job): Transition {
  const generation = state.generation + 1;
  const recovered: Effect[] =
    state.phase === "degraded" ? [{ type: "signal", name: "recovered", id: job.id }] : [];
  return finish({ ...state, phase: "healthy", generation, recovery: undefined }, [
    { type: "cancel-recovery" },
    { type: "note", id: job.id, ok: true },
    { type: "publish", job, generation },
    ...recovered,
    settle(job, "published"),
  ]);
}

function pass(state: ManagerState, job: Job): Transition {
  return finish(state, [...noteOf(job, true), settle(job, "passed")]);
}

function fail(state: ManagerState, job: Job, failure: StepFailure, { recovers }: ReducerOptions): Transition {
  const failed = settle(job, "failed");
  const noted = noteOf(job, false);
  const signal = (name: SignalName): Effect => ({ type: "signal", name, id: job.id });
  if (!JOB_KINDS[job.kind].degrades) return finish(state, [...noted, failed]);
  // What is on disk cannot be read: nothing was tried, so nothing is known to have changed for the worse.
  if (failure === "invalid") {
    const { recovery } = state;
    const isAttempt = job.trigger === "recovery";
    const counted = recovery && isAttempt ? { ...recovery, attempts: recovery.attempts + 1 } : recovery;
    return finish({ ...state, recovery: counted }, [...noted, signal("inputs-invalid"), failed]);
  }
  const attempts = job.trigger === "recovery" ? (state.recovery?.attempts ?? 0) + 1 : 0;
  const recovery = recovers && failure === "transient" ? { attempts, scheduled: false } : undefined;
  const news = signal(state.phase === "healthy" ? "degraded" : "still-failing");
  return finish({ ...state, phase: "degraded", recovery }, [
    { type: "cancel-recovery" },
    ...noted,
    news,
    failed,
  ]);
}

/** Only of an attempt at what is on disk does status tell. */
function noteOf({ id, kind }: Job, ok: boolean): Effect[] {
  return JOB_KINDS[kind].inputs === "loaded" ? [{ type: "note", id, ok }] : [];
}

/** Ends the running job: the next attempt in the background is set, and the next in the queue begins. */
function finish(state: ManagerState, effects: readonly Effect[]): Transition {
  const { recovery, waiting } = state;
  const idle = { ...state, running: undefined };
  // A reload that waits is the next attempt.
  if (recovery === undefined || recovery.scheduled || waiting.some(isReload)) return next(idle, effects);
  return next({ ...idle, recovery: { ...recovery, scheduled: true } }, [
    ...effects,
    { type: "schedule-recovery", attempts: recovery.attempts },
  ]);
}

/** Begins the next job, where none is at work. */
function next(state: ManagerState, effects: readonly Effect[] = []): Transition {
  const [job, ...waiting] = state.waiting;
  if (state.running !== undefined || job === undefined) return [state, effects];
  const [started, begin] = runStep(
    { ...state, waiting },
    { job, step: "load", preparations: 0, withdrawn: false },
  );
  return [started, [...effects, ...begin]];
}

function settle({ id }: Job, result: JobResult): Effect {
  return { type: "settle", id, result };
}
