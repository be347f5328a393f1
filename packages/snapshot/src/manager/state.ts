/** What an activation is asked for by. */
export type Trigger = "startup" | "reload" | "watch" | "check" | "write" | "preflight" | "recovery";

/** What a job does; {@link JOB_KINDS} says how they differ. */
export type JobKind = "start" | "reload" | "check" | "write" | "preflight";

/** How the kinds of jobs differ. */
export const JOB_KINDS: Readonly<
  Record<
    JobKind,
    {
      /** Whether its inputs are those on disk, or what the caller submits. */
      readonly inputs: "loaded" | "submitted";
      /** Whether a success takes the place of the snapshot in force. */
      readonly publishes: boolean;
      /** Whether a failure makes a healthy state degraded. */
      readonly degrades: boolean;
    }
  >
> = Object.freeze({
  start: { inputs: "loaded", publishes: true, degrades: false },
  reload: { inputs: "loaded", publishes: true, degrades: true },
  check: { inputs: "loaded", publishes: false, degrades: true },
  write: { inputs: "submitted", publishes: true, degrades: false },
  preflight: { inputs: "submitted", publishes: false, degrades: false },
});

/** One activation that was asked for. */
export interface Job {
  readonly id: number;
  readonly kind: JobKind;
  readonly trigger: Trigger;
}

/**
 * The steps of a job, in order; not every kind has all of them. Inputs are read first and compared again last, so that
 * what is published is what is on disk; what was submitted is committed instead.
 */
export type Step = "load" | "prepare" | "admit" | "confirm" | "commit";

/** The steps that a kind of job goes through. */
export function stepsOf(kind: JobKind): readonly Step[] {
  const { inputs, publishes } = JOB_KINDS[kind];
  if (!publishes) return ["load", "prepare"];
  return ["load", "prepare", "admit", inputs === "loaded" ? "confirm" : "commit"];
}

/** Everything that decides what happens next. It holds no snapshot and no secret. */
export interface ManagerState {
  readonly phase: "inactive" | "healthy" | "degraded" | "closed";
  /** How many snapshots were published. */
  readonly generation: number;
  /** The one job that is at work. */
  readonly running: RunningJob | undefined;
  /** What waits its turn, the next first. */
  readonly waiting: readonly Job[];
  /** Attempts in the background; there are none while it is `undefined`. */
  readonly recovery: Recovery | undefined;
}

export interface RunningJob {
  readonly job: Job;
  readonly step: Step;
  /** How many times it was prepared, this one included. */
  readonly preparations: number;
  /** Whether nobody waits for it any more: it is aborted, and will fail. */
  readonly withdrawn: boolean;
}

export interface Recovery {
  /** How many attempts were made in the background since any other activation. */
  readonly attempts: number;
  /** Whether the next one is due at a set time. */
  readonly scheduled: boolean;
}

/** Nothing was activated yet, and nothing is asked for. */
export const INITIAL_STATE: ManagerState = Object.freeze({
  phase: "inactive",
  generation: 0,
  running: undefined,
  waiting: [],
  recovery: undefined,
});

/** Why a step failed: the inputs cannot be read, or the activation failed for good, or for reasons that may pass. */
export type StepFailure = "invalid" | "permanent" | "transient";

export type ManagerEvent =
  | { readonly type: "requested"; readonly job: Job }
  /** The step of the running job that was asked for is done. */
  | { readonly type: "step-done" }
  | { readonly type: "step-failed"; readonly failure: StepFailure }
  /** What the running job prepared is not what is on disk any more. */
  | { readonly type: "inputs-changed" }
  /** Nobody waits for a job any more. */
  | { readonly type: "withdrawn"; readonly id: number }
  /** The time set for the next attempt in the background has come. */
  | { readonly type: "recovery-due"; readonly id: number }
  | { readonly type: "closed" };

/** What became of a job. */
export type JobResult = "published" | "passed" | "failed" | "refused" | "withdrawn" | "closed";

/** What the shell is to tell whoever listens. */
export type SignalName = "degraded" | "recovered" | "still-failing" | "inputs-invalid";

export type Effect =
  | { readonly type: "run"; readonly step: Step; readonly job: Job }
  /** Ends the step that is at work; its outcome still comes. */
  | { readonly type: "abort"; readonly id: number }
  | { readonly type: "publish"; readonly job: Job; readonly generation: number }
  /** What is on disk was tried: status tells of it. */
  | { readonly type: "note"; readonly id: number; readonly ok: boolean }
  | { readonly type: "settle"; readonly id: number; readonly result: JobResult }
  /** A request is answered with another one's result. */
  | { readonly type: "join"; readonly id: number; readonly into: Job }
  | { readonly type: "signal"; readonly name: SignalName; readonly id: number }
  | { readonly type: "schedule-recovery"; readonly attempts: number }
  | { readonly type: "cancel-recovery" };
