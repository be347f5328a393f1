import { printable } from "@durar/secretref-schema";
import { overAnswerTo, plainFinding, withoutValue } from "./check.ts";
import type { Evidence, RequestName } from "./evidence.ts";
import { fail, pass, skip, type Verdict } from "./verdict.ts";

/** Whether the ids that the ordinary request resolved have values in the answer to another. */
export function stillResolves(name: RequestName, evidence: Evidence): Verdict {
  const { asked, read } = plainFinding(evidence);
  const unresolved = read.ok ? withoutValue(asked, { asked, ...read.response }) : asked;
  const resolved = asked.filter((id) => !unresolved.includes(id));
  if (resolved.length === 0) return skip("the ordinary request resolved nothing");
  return overAnswerTo(name, evidence, (answer) => haveValues(withoutValue(resolved, answer)));
}

/** The verdict on ids that should have a value and have none. */
export function haveValues(missing: readonly string[]): Verdict {
  const [first, ...others] = missing;
  if (first === undefined) return pass;
  return fail(`${printable(first)}${others.length === 0 ? "" : ` and ${others.length} more`} has no value`);
}
