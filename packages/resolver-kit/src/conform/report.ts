import type { Evidence } from "./evidence.ts";
import { answerChecks } from "./answer-checks.ts";
import type { Check } from "./check.ts";
import { processChecks } from "./process-checks.ts";
import { requestChecks } from "./request-checks.ts";
import { responseChecks } from "./response-checks.ts";
import { secrecyChecks } from "./secrecy-checks.ts";

/** What became of one check. */
export interface CheckReport {
  /** Stable: a name for CI to refer to. */
  readonly id: string;
  /** The rule, in one sentence. */
  readonly rule: string;
  readonly outcome: "pass" | "fail" | "skip";
  /** Why it failed or was skipped, in one line; holds no value, and nothing that the command wrote. */
  readonly reason?: string;
}

/** What became of all checks, in their order. */
export interface ConformanceReport {
  readonly reportVersion: 1;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly checks: readonly CheckReport[];
}

const checks: readonly Check[] = [
  ...processChecks,
  ...responseChecks,
  ...answerChecks,
  ...requestChecks,
  ...secrecyChecks,
];

/** Every check: its stable id and its rule. */
export const CONFORMANCE_CHECKS: Readonly<Record<string, string>> = Object.freeze(
  Object.fromEntries(checks.map(({ id, rule }) => [id, rule])),
);

/** Puts the evidence to every check. */
export function judgeEvidence(evidence: Evidence): ConformanceReport {
  const judged = checks.map(({ id, rule, judge }): CheckReport => ({ id, rule, ...judge(evidence) }));
  const count = (wanted: CheckReport["outcome"]): number =>
    judged.filter(({ outcome }) => outcome === wanted).length;
  return {
    reportVersion: 1,
    passed: count("pass"),
    failed: count("fail"),
    skipped: count("skip"),
    checks: judged,
  };
}
