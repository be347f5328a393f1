import type { SecretRef } from "@durar/secretref-schema";
import type { Assignment, Candidate } from "@durar/apply";
import { askRef } from "./ask-ref.ts";
import { checkAssignment, type CheckOutcome } from "./check-assignment.ts";
import { fieldName } from "./field-name.ts";
import type { Prompter } from "./prompter.ts";
import type { Session } from "./session.ts";

/** Asks where a credential is kept, checks the answer at once, and asks again until it holds or is given up. */
export async function assignRef(candidate: Candidate, session: Session, prompter: Prompter): Promise<void> {
  if (session.secrets.providers.size === 0)
    return prompter.note("there is no provider yet that a ref could name", "warning");
  prompter.note(`${fieldName(candidate)} (${candidate.state})`, "heading");
  let ref: SecretRef | undefined = session.assignmentOf(candidate)?.ref ?? candidate.ref;
  for (;;) {
    ref = await askRef(candidate, ref, session, prompter);
    const assignment = await askMove(candidate, ref, prompter);
    const outcome = await checkAssignment(assignment, session);
    prompter.note(outcome.message, outcome.kind === "good" ? "good" : "warning");
    if (outcome.kind === "good") return session.assign(assignment, false);
    const keep = keepWords[outcome.kind];
    const next = await prompter.select<"edit" | "keep" | "skip">("What now?", [
      { value: "edit", label: "Give another answer" },
      ...(keep === undefined ? [] : [{ value: "keep" as const, label: keep }]),
      { value: "skip", label: "Leave this field as it is" },
    ]);
    if (next === "skip") return;
    if (next === "keep") return session.assign(assignment, outcome.kind === "differs");
  }
}

/** What the operator may mean nevertheless. */
const keepWords: Readonly<Partial<Record<CheckOutcome["kind"], string>>> = {
  differs: "Keep it: the new value is meant to take its place",
  unused: "Keep it: it will resolve when it is needed",
};

/** Whether the present value is added where the ref leads, where that can be. */
async function askMove(candidate: Candidate, ref: SecretRef, prompter: Prompter): Promise<Assignment> {
  const canMove = candidate.state === "plaintext" && candidate.ref === undefined && ref.source !== "exec";
  if (!canMove) return { candidate, ref };
  const where = ref.source === "env" ? "the .env file" : "the file of the provider";
  const moves = await prompter.select("The present value", [
    { value: true, label: `Move it: it is added to ${where}` },
    { value: false, label: "It is there already" },
  ]);
  return { candidate, ref, ...(moves ? { move: true } : {}) };
}
