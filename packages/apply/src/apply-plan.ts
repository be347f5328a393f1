import { execNotAllowed } from "./errors.ts";
import { projectPlan, type ProjectedPlan } from "./project-plan.ts";
import { resultOf } from "./result.ts";
import type { ApplyOptions, ApplyResult } from "./types.ts";
import { writeProjection } from "./write-projection.ts";

/**
 * Moves credentials from plaintext to refs as a plan says, and scrubs what the move leaves behind: everything is read,
 * projected in memory and checked as it will be, and only then written, all files or none. A dry run does the same and
 * writes nothing. A plan that is applied already changes nothing.
 *
 * What an earlier commit left unfinished must have been recovered before the stores are listed.
 *
 * @throws ApplyError `PLAN_INVALID` or `APPLY_REFUSED` with every reason; SecretRefError `SECRET_EXEC_NOT_ALLOWED` where a
 * plan with exec refs or providers is to be written and may not run them; a `COMMIT_*` error of `@durar/file-commit`, and
 * every store is as it was. A value that was moved by then stays where it was added.
 */
export async function applyPlan(options: ApplyOptions): Promise<ApplyResult> {
  const { mode } = options;
  const projected = await projectPlan(options, ({ needsExec }) => {
    if (mode === "write" && needsExec && options.allowExec !== true) throw execNotAllowed("the plan");
  });
  const changedFiles = mode === "write" ? await writeProjection(projected, options) : filesOf(projected);
  return resultOf(mode, changedFiles, projected);
}

function filesOf({ destinations, changes }: ProjectedPlan): readonly string[] {
  return [...destinations, ...changes].map(({ path }) => path);
}
