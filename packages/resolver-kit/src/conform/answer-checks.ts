import { EXEC_REPORTED_CODES } from "@durar/secretref-schema";
import { overAnswers, overAnswerTo, plainFinding, withoutValue, type Check } from "./check.ts";
import { haveValues, stillResolves } from "./still-resolves.ts";
import { fail, pass, skip } from "./verdict.ts";

/** What the answers say. */
export const answerChecks: readonly Check[] = [
  {
    id: "known-ids",
    rule: "Every id that exists is answered with a value, under exactly that id.",
    judge(evidence) {
      const { asked, read } = plainFinding(evidence);
      return read.ok
        ? haveValues(withoutValue(asked, { asked, ...read.response }))
        : skip("no answer could be read");
    },
  },
  {
    id: "value-types",
    rule: "A value is a string that is not blank, or an object.",
    judge: (evidence) =>
      overAnswers(evidence, (answers) =>
        answers.every(({ values }) => [...values.values()].every(isValue))
          ? pass
          : fail("a value is blank, or neither a string nor an object"),
      ),
  },
  {
    id: "asked-ids-only",
    rule: "Nothing is answered that was not asked.",
    judge: (evidence) =>
      overAnswers(evidence, (answers) =>
        answers.every(({ asked, values, errors }) => {
          const ids = new Set(asked);
          return [...values.keys(), ...errors.keys()].every((id) => ids.has(id));
        })
          ? pass
          : fail("an id is answered that was not asked"),
      ),
  },
  {
    id: "unknown-id",
    rule: "An id that does not exist has no value, and is not said to be unavailable.",
    judge: (evidence) =>
      overAnswerTo("unknown", evidence, ({ values, errors }) => {
        const { missingIds } = evidence;
        if (missingIds.some((id) => values.has(id))) return fail("an id that does not exist has a value");
        const codes = missingIds.map((id) => codeOf(errors.get(id)));
        return codes.some((code) => code === "UNAVAILABLE" || code === "AMBIGUOUS")
          ? fail("an id that does not exist is answered UNAVAILABLE or AMBIGUOUS")
          : pass;
      }),
  },
  {
    id: "unknown-beside-known",
    rule: "An id that does not exist leaves the others of its batch resolved.",
    judge: (evidence) => stillResolves("unknown", evidence),
  },
  {
    id: "inherited-names",
    rule: "Ids such as constructor are secrets' names like any other, and have no value by inheritance.",
    judge: (evidence) =>
      overAnswerTo("inherited", evidence, ({ values }) =>
        evidence.inheritedIds.some((id) => values.has(id))
          ? fail("a name that objects inherit has a value")
          : pass,
      ),
  },
  {
    id: "error-codes",
    rule: `Every error has a code, one of ${EXEC_REPORTED_CODES.join(", ")}.`,
    judge: (evidence) =>
      overAnswers(evidence, (answers) =>
        answers.every(({ errors }) => [...errors.values()].every((error) => isReportedCode(codeOf(error))))
          ? pass
          : fail("an error has no code, or another one"),
      ),
  },
];

function isValue(value: unknown): boolean {
  if (typeof value === "string") return value.trim() !== "";
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && Object.hasOwn(error, "code")
    ? (error as { readonly code: unknown }).code
    : undefined;
}

function isReportedCode(code: unknown): boolean {
  return EXEC_REPORTED_CODES.some((known) => known === code);
}
