import type { Candidate } from "@durar/apply";
import { formatPath, type Path } from "@durar/credential-surface";
import { formatRef, printable, type SecretRef } from "@durar/secretref-schema";
import { askRef } from "../configure/ask-ref.ts";
import { consent } from "../configure/consent.ts";
import type { Prompter } from "../configure/prompter.ts";
import { addProvider } from "../configure/set-up-providers.ts";
import type { Keeping } from "./answers.ts";
import { checkDecision } from "./check-decision.ts";
import { brokenCredentialRule } from "./credential-rules.ts";
import { generateToken } from "./generate-token.ts";
import type { Decision, Onboarding } from "./onboarding.ts";

/** A credential that is asked for. */
export interface CredentialQuestion {
  readonly path: Path;
  /** What it is called: "token". */
  readonly noun: string;
  /** Whether a new one can be made here. */
  readonly canBeMade: boolean;
  /** What a flag has answered; it is asked for where this does not hold. */
  readonly given: Keeping | undefined;
  readonly decide: (keeping: Keeping) => Decision;
}

/** Asks where a credential is kept, and again until the answer holds; answers nothing where the operator goes back. */
export async function askKeeping(
  question: CredentialQuestion,
  onboarding: Onboarding,
  prompter: Prompter,
  yes: boolean,
): Promise<Keeping | undefined> {
  const { path, noun, decide } = question;
  const candidate = onboarding.session.planner.find(path);
  if (candidate === undefined)
    throw new RangeError("a credential is asked for that the surface does not know");
  let ref = candidate.ref;
  for (let given = question.given; ; given = undefined) {
    const keeping = given ?? (await askOnce(question, candidate, ref, onboarding, prompter));
    if (keeping === undefined) return undefined;
    if (keeping.kind === "ref") ref = keeping.ref;
    const decision = decide(keeping);
    if (!(await checkDecision(decision, onboarding, prompter))) continue;
    const place = printable(formatPath(path));
    const lost = `${place} holds another ${noun}, of which no copy is kept. Replace it?`;
    const mayReplace =
      !decision.fields.some((field) => onboarding.replacesPlaintext(field)) ||
      (await consent(lost, prompter, yes));
    if (!mayReplace) continue;
    if (keeping.kind === "ref") prompter.note(`${formatRef(keeping.ref)} resolves`, "good");
    return keeping;
  }
}

async function askOnce(
  { noun, canBeMade }: CredentialQuestion,
  candidate: Candidate,
  present: SecretRef | undefined,
  { session }: Onboarding,
  prompter: Prompter,
): Promise<Keeping | undefined> {
  const how = await prompter.select<"ref" | "new" | "plaintext" | "back">(`Where is the ${noun} kept?`, [
    { value: "ref", label: "Elsewhere, and the configuration holds a ref to it" },
    { value: "new", label: "Elsewhere, with a provider that is not configured yet" },
    { value: "plaintext", label: "In the configuration, as plaintext" },
    { value: "back", label: "Go back" },
  ]);
  if (how === "back") return undefined;
  if (how === "plaintext") return askPlaintext(noun, canBeMade, prompter);
  if (how === "new") await addProvider(session, prompter);
  return { kind: "ref", ref: await askRef(candidate, present, session, prompter) };
}

async function askPlaintext(noun: string, canBeMade: boolean, prompter: Prompter): Promise<Keeping> {
  const isMade =
    canBeMade &&
    (await prompter.select(`The ${noun}`, [
      { value: true, label: "Make a new one, of 256 random bits" },
      { value: false, label: "Type it" },
    ]));
  if (isMade) return { kind: "plaintext", value: generateToken() };
  const question = `The ${noun} (what you type does not show)`;
  return { kind: "plaintext", value: await prompter.secret(question, brokenCredentialRule) };
}
