import { endedWith, missesProgram, plainFinding, type Check } from "./check.ts";
import { fail, pass, skip } from "./verdict.ts";

/** How the command behaves as a process. */
export const processChecks: readonly Check[] = [
  {
    id: "starts",
    rule: "The command can be started, and so can the programs that it calls.",
    judge(evidence) {
      const plain = plainFinding(evidence);
      if (plain.end === "not-started") return fail("it could not be started");
      if (missesProgram(plain))
        return fail("a program that it calls could not be started; it may miss a variable, as PATH");
      return pass;
    },
  },
  {
    id: "in-time",
    rule: "An ordinary request is answered, and the command has ended, within the timeout.",
    judge(evidence) {
      const { end } = plainFinding(evidence);
      return end === "timed-out" ? fail(`it did not end within ${evidence.options.timeoutMs} ms`) : pass;
    },
  },
  {
    id: "first-output",
    rule: "The first byte comes within the no-output timeout.",
    judge(evidence) {
      const { noOutputTimeoutMs } = evidence.options;
      const { firstOutputMs } = plainFinding(evidence);
      if (firstOutputMs === undefined) return skip("it wrote nothing");
      return firstOutputMs > noOutputTimeoutMs ? fail(`it wrote nothing for ${noOutputTimeoutMs} ms`) : pass;
    },
  },
  {
    id: "output-limit",
    rule: "Standard output and standard error together stay below the limit.",
    judge(evidence) {
      const findings = [...evidence.findings.values()];
      return findings.some(({ end }) => end === "too-much-output")
        ? fail(`it wrote more than ${evidence.options.maxOutputBytes} bytes`)
        : pass;
    },
  },
  {
    id: "exit-status",
    rule: "It exits with status 0 when it has answered, whatever became of the single ids.",
    judge({ findings }) {
      const answered = [...findings.values()].filter(
        ({ name, end, read }) => end === "exited" && read.ok && name !== "closed" && name !== "broken",
      );
      if (answered.length === 0) return skip("no answer could be read");
      const failed = answered.find(({ status }) => status !== 0);
      return failed === undefined ? pass : fail(`${endedWith(failed)} after an answer`);
    },
  },
  {
    id: "nothing-left-running",
    rule: "When it has ended, no child of it runs on or holds standard output.",
    judge({ findings }) {
      return [...findings.values()].some(({ leftBehind }) => leftBehind) ? fail("a child outlived it") : pass;
    },
  },
];
