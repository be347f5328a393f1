import { missesProgram, plainFinding, type Check } from "./check.ts";
import type { ResponseProblem } from "./read-response.ts";
import { fail, pass, skip } from "./verdict.ts";

/** Each of these stands for what follows, too: what cannot be decoded is not judged as JSON. */
const rules: readonly (readonly [id: ResponseProblem, rule: string])[] = [
  ["utf8", "Standard output is valid UTF-8."],
  ["json", "Standard output is one JSON object, with nothing before it."],
  ["nothing-after", "Nothing stands behind the answer but white space."],
  ["protocol-version", "The answer has protocolVersion 1."],
  ["shape", "The answer has values, errors or both, and each is an object."],
];

/** Whether the ordinary answer can be read. */
export const responseChecks: readonly Check[] = rules.map(([id, rule], index) => ({
  id,
  rule,
  judge(evidence) {
    const plain = plainFinding(evidence);
    const { end, read } = plain;
    if (end !== "exited") return skip("it did not end by itself");
    if (missesProgram(plain)) return skip("it could not be started");
    if (read.ok) return pass;
    if (read.problem === id) return fail(read.rule);
    const at = rules.findIndex(([problem]) => problem === read.problem);
    return at < index ? skip("the answer could not be read that far") : pass;
  },
}));
