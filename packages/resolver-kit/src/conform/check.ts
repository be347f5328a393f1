import type { Evidence, Finding, RequestName } from "./evidence.ts";
import type { RawResponse } from "./read-response.ts";
import { fail, skip, type Verdict } from "./verdict.ts";

/** One thing that a resolver must do. */
export interface Check {
  /** Stable: a name for CI to refer to. */
  readonly id: string;
  /** The rule, in one sentence. */
  readonly rule: string;
  readonly judge: (evidence: Evidence) => Verdict;
}

/** A readable response and the request that it answers. */
export interface Answered extends RawResponse {
  readonly asked: readonly string[];
}

/** The ordinary request: it is always there, whatever came of it. */
export function plainFinding({ findings }: Evidence): Finding {
  const plain = findings.get("plain");
  if (plain === undefined) throw new RangeError("no evidence was gathered");
  return plain;
}

/** Every response that can be read. */
export function answersIn({ findings }: Evidence): readonly Answered[] {
  return [...findings.values()].flatMap(({ asked, read }) => (read.ok ? [{ asked, ...read.response }] : []));
}

/** Judges all readable responses; there is nothing to judge where there is none. */
export function overAnswers(evidence: Evidence, judge: (answers: readonly Answered[]) => Verdict): Verdict {
  const answers = answersIn(evidence);
  return answers.length === 0 ? skip("no answer could be read") : judge(answers);
}

/** Judges the answer to a request besides the ordinary one, which has to be answered before it. */
export function overAnswerTo(
  name: RequestName,
  evidence: Evidence,
  judge: (answer: Answered) => Verdict,
): Verdict {
  const finding = evidence.findings.get(name);
  if (finding === undefined || !plainFinding(evidence).read.ok)
    return skip("the ordinary request was not answered");
  const unended = notEnded(finding, evidence);
  if (unended !== undefined) return unended;
  if (!finding.read.ok) return fail(finding.read.rule);
  return judge({ asked: finding.asked, ...finding.read.response });
}

/** The failure of a request that the command did not end by itself. */
export function notEnded(finding: Finding, { options }: Evidence): Verdict | undefined {
  switch (finding.end) {
    case "exited":
      return undefined;
    case "timed-out":
      return fail(`it did not end within ${options.timeoutMs} ms`);
    case "too-much-output":
      return fail(`it wrote more than ${options.maxOutputBytes} bytes`);
    case "not-started":
      return fail("it could not be started");
    case "aborted":
      return skip("the test was ended");
  }
}

/** Whether a program that the command calls could not be started: what shells and env(1) answer for one that cannot be found (127) or executed (126). */
export function missesProgram({ status }: Finding): boolean {
  return status === 126 || status === 127;
}

/** How a command ended that exited. */
export function endedWith({ status }: Finding): string {
  return status === undefined ? "it was killed by a signal" : `it ended with status ${status}`;
}

/** The ids, of those asked, that have no value in the answer. */
export function withoutValue(ids: readonly string[], { values, errors }: Answered): readonly string[] {
  return ids.filter((id) => !values.has(id) || errors.has(id));
}
