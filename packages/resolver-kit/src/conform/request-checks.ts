import { notEnded, overAnswerTo, plainFinding, type Check } from "./check.ts";
import type { Evidence, RequestName } from "./evidence.ts";
import { stillResolves } from "./still-resolves.ts";
import { fail, pass, skip, type Verdict } from "./verdict.ts";

/** How requests out of the ordinary are taken. */
export const requestChecks: readonly Check[] = [
  {
    id: "empty-batch",
    rule: "A request for no ids is answered, with nothing.",
    judge: (evidence) => overAnswerTo("empty", evidence, () => pass),
  },
  {
    id: "many-ids",
    rule: "A batch of 512 ids is answered in time, and those that exist have their values.",
    judge: (evidence) => stillResolves("many", evidence),
  },
  {
    id: "large-request",
    rule: "A request of 256 KiB is read whole.",
    judge: (evidence) => stillResolves("large", evidence),
  },
  {
    id: "slow-stdin",
    rule: "A request that comes in small pieces is read whole.",
    judge: (evidence) => stillResolves("drip", evidence),
  },
  {
    id: "early-close",
    rule: "Where standard input is closed without a request, it ends in time, with a status other than 0 and no value.",
    judge: (evidence) => endsWithoutAnswer("closed", evidence),
  },
  {
    id: "broken-request",
    rule: "Where a request breaks off, it ends in time, with a status other than 0 and no value.",
    judge: (evidence) => endsWithoutAnswer("broken", evidence),
  },
];

function endsWithoutAnswer(name: RequestName, evidence: Evidence): Verdict {
  const finding = evidence.findings.get(name);
  if (finding === undefined || !plainFinding(evidence).read.ok)
    return skip("the ordinary request was not answered");
  const unended = notEnded(finding, evidence);
  if (unended !== undefined) return unended;
  if (finding.status === 0) return fail("it ended with status 0");
  return finding.read.ok && finding.read.response.values.size > 0 ? fail("it answered a value") : pass;
}
