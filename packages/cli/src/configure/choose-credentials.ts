import { relative } from "node:path";
import type { Candidate, CandidateState } from "@durar/apply";
import { formatRef, printable } from "@durar/secretref-schema";
import { counted } from "../counted.ts";
import { assignRef } from "./assign-ref.ts";
import { fieldName } from "./field-name.ts";
import { newProfile } from "./new-profile.ts";
import type { Choice, Prompter } from "./prompter.ts";
import type { Session } from "./session.ts";

/** Has credentials chosen and asks for the ref of each, until the operator goes on. */
export async function chooseCredentials(session: Session, prompter: Prompter): Promise<void> {
  for (;;) {
    const decided = session.assignments.length;
    const action = await prompter.select<"choose" | "profile" | "go-on">(
      "Credentials: what becomes a ref",
      [
        { value: "choose", label: "Choose fields", hint: countsOf(session.candidates) },
        { value: "profile", label: "Add a profile for an agent" },
        { value: "go-on", label: "Go on", hint: `${counted(decided, "field")} decided` },
      ],
      decided === 0 ? "choose" : "go-on",
    );
    if (action === "go-on") return;
    const chosen =
      action === "profile" ? await newProfile(session, prompter) : await chooseFields(session, prompter);
    for (const candidate of chosen) await assignRef(candidate, session, prompter);
  }
}

async function chooseFields(session: Session, prompter: Prompter): Promise<readonly Candidate[]> {
  const { candidates } = session;
  if (candidates.length === 0) {
    prompter.note("no file has a field that could hold a credential", "warning");
    return [];
  }
  const ordered = [...candidates].sort((one, other) => rank(one.state) - rank(other.state));
  const chosen = await prompter.multiselect(
    "Fields (Tab selects, Enter goes on)",
    ordered.map((candidate) => choiceOf(candidate, session)),
  );
  if (chosen.length === 0) prompter.note("no field was selected: point at one and press Tab");
  return chosen;
}

function choiceOf(candidate: Candidate, session: Session): Choice<Candidate> {
  const { state, file, line, ref, activity } = candidate;
  const assigned = session.assignmentOf(candidate);
  const facts = [
    ...(assigned === undefined ? [] : [`will be ${formatRef(assigned.ref)}`]),
    `${printable(relative(session.installation.layout.stateDirectory, file))}:${line}`,
    ...(ref === undefined ? [] : [formatRef(ref)]),
    // An unset field is judged as if it were in use, which says nothing.
    ...(state === "unset" ? [] : [activity.active ? "in use" : `not in use: ${printable(activity.reason)}`]),
  ];
  const mark = assigned === undefined ? words[state] : "decided";
  return { value: candidate, label: `${mark.padEnd(9)}  ${fieldName(candidate)}`, hint: facts.join(", ") };
}

const words: Readonly<Record<CandidateState, string>> = {
  plaintext: "plaintext",
  malformed: "malformed",
  unset: "unset",
  ref: "ref",
  template: "template",
  setting: "no secret",
};

function rank(state: CandidateState): number {
  return Object.keys(words).indexOf(state);
}

function countsOf(candidates: readonly Candidate[]): string {
  const count = (state: CandidateState): number =>
    candidates.filter((candidate) => candidate.state === state).length;
  return `${count("plaintext")} plaintext, ${count("unset")} unset, ${counted(count("ref"), "ref")}`;
}
