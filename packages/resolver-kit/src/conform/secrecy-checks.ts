import { overAnswers, type Check } from "./check.ts";
import type { Evidence } from "./evidence.ts";
import { shows } from "./needles.ts";
import { fail, pass, skip, type Verdict } from "./verdict.ts";
import { showsChildren } from "../process-table.ts";

/** Where values must not be. */
export const secrecyChecks: readonly Check[] = [
  {
    id: "stderr-secret",
    rule: "Standard error, which may say anything else, holds no value.",
    judge: (evidence) =>
      absentFrom(
        evidence,
        "standard error",
        [...evidence.findings.values()].map(({ stderr }) => Buffer.from(stderr).toString("utf8")),
      ),
  },
  {
    id: "error-text",
    rule: "No error's message or code holds a value.",
    judge: (evidence) =>
      overAnswers(evidence, (answers) =>
        absentFrom(
          evidence,
          "an error",
          answers.map(({ errors }) => JSON.stringify([...errors])),
        ),
      ),
  },
  {
    id: "argv-secret",
    rule: "No value is in the command line of the command, or of a process it starts.",
    judge(evidence) {
      if (!showsChildren) return skip("the system does not show command lines in /proc");
      return absentFrom(
        evidence,
        "a command line",
        [...evidence.findings.values()].flatMap(({ commandLines = [] }) => commandLines),
      );
    },
  },
];

function absentFrom({ needles }: Evidence, place: string, texts: readonly string[]): Verdict {
  if (needles.length === 0) return skip("there is no value of six characters or more to look for");
  return texts.some((text) => shows(needles, text)) ? fail(`a value stands in ${place}`) : pass;
}
