import type { Session } from "../configure/session.ts";
import { keyPath } from "./answers.ts";

/** The rule that a credential breaks which is typed or read from a file. It quotes nothing of it. */
export function brokenCredentialRule(value: string): string | undefined {
  if (value.trim() === "") return "it is empty";
  return /\p{Cc}/u.test(value) ? "it must be one line without control characters" : undefined;
}

/** The rule that the name of a model provider breaks. */
export function brokenProviderRule(name: string, { planner }: Session): string | undefined {
  const canBeKept = /^[\w.-]{1,64}$/.test(name) && planner.find(keyPath(name)) !== undefined;
  return canBeKept ? undefined : "write its name, as in models.providers";
}
