import { activationFailures } from "../activation-failures.ts";
import { createSnapshot } from "../create-snapshot.ts";
import { frozenCopy, sameInputs, type Inputs } from "../inputs.ts";
import { prepare } from "../prepare.ts";
import type { Settings } from "./settings.ts";
import type { Step } from "./state.ts";
import type { Task } from "./task.ts";
import type { Submission } from "./types.ts";

/** What a job's steps work with. */
export interface StepContext extends Settings {
  /** What the next snapshot will be. */
  readonly generation: number;
}

/** What a step came to: it throws where it failed. */
export type StepOutcome = "step-done" | "inputs-changed";

/** Does one step of a job, and keeps what comes of it in the job's task. */
export async function runStep(step: Step, task: Task, context: StepContext): Promise<StepOutcome> {
  switch (step) {
    case "load":
      task.inputs = frozenCopy(
        task.build === undefined ? await loaded(task, context) : await submitted(task),
      );
      return "step-done";
    case "prepare":
      await prepareTask(task, context);
      return "step-done";
    case "admit":
      if (context.admit !== undefined && task.prepared !== undefined)
        await task.admit(context.admit(task.prepared, task.signal));
      return "step-done";
    case "confirm":
      return confirm(task, context);
    case "commit":
      // Once begun it ends by itself: nobody could tell what half of it has done.
      await task.commit?.(task.signal);
      return "step-done";
  }
}

function loaded(task: Task, { load }: StepContext): Promise<Inputs> {
  return task.until(load(task.signal));
}

async function submitted(task: Task): Promise<Inputs> {
  const submission: Inputs | Submission | undefined = await task.until(task.build?.(task.signal));
  if (submission === undefined) throw new TypeError("nothing is submitted");
  if (!("inputs" in submission)) return submission;
  task.commit = submission.commit;
  return submission.inputs;
}

async function prepareTask(task: Task, { surface, providers, now, generation }: StepContext): Promise<void> {
  const { inputs = { stores: [] }, signal } = task;
  const preparation = await task.until(prepare({ surface, providers, ...inputs, signal }));
  const failures = activationFailures(preparation);
  if (failures.length > 0) throw new AggregateError(failures);
  task.prepared = createSnapshot(inputs, preparation, { generation, activatedAt: now() });
}

async function confirm(task: Task, context: StepContext): Promise<StepOutcome> {
  const current = frozenCopy(await loaded(task, context));
  if (task.inputs !== undefined && sameInputs(current, task.inputs)) return "step-done";
  await task.abandon();
  task.inputs = current;
  return "inputs-changed";
}
