import type { ApplyResult, Assignment, Candidate } from "@durar/apply";
import { formatPath } from "@durar/credential-surface";
import { findProvider, formatRef, isDurarError, printable, type DurarError } from "@durar/secretref-schema";
import type { Reason } from "../failure.ts";
import { ownReasons, reasonNote } from "./own-reasons.ts";
import type { Session } from "./session.ts";

/** What the check of one ref came to, and what the operator is told. */
export interface CheckOutcome {
  /** `differs` and `unused` hold where the operator means it. */
  readonly kind: "good" | "differs" | "unused" | "failed";
  readonly message: string;
}

/**
 * Checks a ref as applying it alone would: by a dry run of a plan of one target. What else is wrong with the installation
 * is for the preflight of the whole plan.
 */
export async function checkAssignment(assignment: Assignment, session: Session): Promise<CheckOutcome> {
  const { surroundings, changes } = session;
  surroundings.showProgress?.("checking...");
  try {
    // What the plan removes may be needed by fields that come later.
    const plan = session.planOf([assignment], { upserts: changes.upserts, deletes: [] });
    const result = await session.dryRun(plan, false);
    return await sound(assignment, isIgnored(assignment.candidate, result), session);
  } catch (error) {
    if (!isDurarError(error)) throw error;
    const reasons = ownReasons(error, [assignment.candidate]);
    return reasons.length > 0 ? failed(reasons, assignment) : await sound(assignment, true, session);
  } finally {
    surroundings.showProgress?.("");
  }
}

/** A ref that nothing speaks against. One that may be ignored may not have been asked for, so it is asked for here. */
async function sound(
  { candidate, ref, move }: Assignment,
  mayBeIgnored: boolean,
  session: Session,
): Promise<CheckOutcome> {
  const good = (praise: string): CheckOutcome => ({ kind: "good", message: `${formatRef(ref)} ${praise}` });
  if (ref.source === "exec" && !session.options.allowExec)
    return good("is well formed; it was not run, which needs --allow-exec");
  if (move === true) return good("can take the present value");
  if (candidate.state === "plaintext") return good("resolves: the same value");
  const error = mayBeIgnored ? await whyUnresolved(ref, session) : undefined;
  if (error === undefined) return good("resolves");
  return {
    kind: "unused",
    message: `${error.message} [${error.code}]\n  -> ${error.hint}\nthe field is not in use, so this stands in nobody's way yet`,
  };
}

async function whyUnresolved(
  ref: Assignment["ref"],
  { secrets, place, installation, surroundings }: Session,
): Promise<DurarError | undefined> {
  const found = findProvider(secrets, ref);
  if (!found.ok) return found.error;
  const answers = await place.providers
    .find(({ source }) => source === ref.source)
    ?.resolve({
      ...{ provider: ref.provider, config: found.config, ids: [ref.id] },
      environment: installation.environment,
      signal: surroundings.signal,
    });
  const answer = answers?.get(ref.id);
  return answer?.ok === false ? answer.error : undefined;
}

/** Whether a field would not be in use with its ref. */
function isIgnored({ file, path }: Candidate, { warnings }: ApplyResult): boolean {
  const name = formatPath(path);
  return warnings.some(
    (warning) =>
      warning.code === "SECRETS_REF_IGNORED_INACTIVE_SURFACE" &&
      warning.file === file &&
      warning.path === name,
  );
}

function failed(reasons: readonly Reason[], { candidate }: Assignment): CheckOutcome {
  const { path, agentId } = candidate;
  if (reasons.every(({ code }) => code === "APPLY_VALUE_DIFFERS"))
    return { kind: "differs", message: "it resolves, and its value differs from the present one" };
  // The plan of one target is nothing that the operator knows of.
  const label = printable(`target 1 (${agentId === undefined ? "" : `${agentId}: `}${formatPath(path)}): `);
  const named = reasons.map((reason) => ({ ...reason, message: reason.message.replace(label, "") }));
  return { kind: "failed", message: reasonNote(named) };
}
