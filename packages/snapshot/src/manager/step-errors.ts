import { isDurarError, SecretRefError, type DurarError } from "@durar/secretref-schema";
import { SnapshotError, snapshotError, summarize } from "../errors.ts";
import { MAX_PREPARATIONS } from "./reduce.ts";
import { JOB_KINDS, type Job, type JobResult, type Step, type StepFailure } from "./state.ts";

/**
 * The reasons in what a step threw: an error of ours as it is, each of several; anything else is withheld, since its text
 * may quote a secret.
 */
export function reasonsOf(error: unknown, step: Step): readonly DurarError[] {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const ours = errors.filter(isDurarError);
  if (ours.length > 0 && ours.length === errors.length) return Object.freeze(ours);
  const what = step === "confirm" ? "load" : step;
  const withheld = "threw an error without a code; its text is withheld";
  return Object.freeze([...ours, new SnapshotError("SNAPSHOT_STEP_FAILED", `${what} ${withheld}`)]);
}

/** The reason where a job gave up because what is on disk kept changing. */
export function keptChanging(): DurarError {
  return new SecretRefError("SECRET_ABORTED", {
    message: `what is on disk changed during each of ${MAX_PREPARATIONS} attempts`,
    hint: "reload once whatever writes there is done",
  });
}

/** How a failed step counts: reasons that may pass are worth another attempt, and what cannot be read was not tried. */
export function failureOf(step: Step, reasons: readonly DurarError[]): StepFailure {
  if (step === "load" || step === "confirm") return "invalid";
  return reasons.every(isTransient) ? "transient" : "permanent";
}

function isTransient(reason: DurarError): boolean {
  return ("transient" in reason && reason.transient === true) || reason.code === "SNAPSHOT_TIMEOUT";
}

/** What whoever asked for a job is told when a step of it failed. */
export function errorOf({ kind }: Job, step: Step, reasons: readonly DurarError[]): DurarError {
  const [only, ...others] = reasons;
  const isTheirs = step === "commit" || (step === "load" && JOB_KINDS[kind].inputs === "submitted");
  if (isTheirs && only !== undefined && others.length === 0) return only;
  if (step === "load" || step === "confirm")
    return new SnapshotError(
      "SNAPSHOT_INPUTS_INVALID",
      summarize("the documents cannot be read", reasons),
      reasons,
    );
  return new SnapshotError(
    "SNAPSHOT_ACTIVATION_FAILED",
    summarize("the activation failed", reasons),
    reasons,
  );
}

/** What whoever waits for a job is told when it came to no good. */
export function errorFor(
  { job, error }: { job: Job; error: DurarError | undefined },
  result: JobResult,
): DurarError {
  if (result === "refused")
    return snapshotError(job.kind === "start" ? "SNAPSHOT_ALREADY_STARTED" : "SNAPSHOT_NOT_ACTIVE");
  return result === "closed" || error === undefined ? snapshotError("SNAPSHOT_CLOSED") : error;
}
