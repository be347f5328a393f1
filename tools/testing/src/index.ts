export { assertAbsent, assertNoLeak } from "./assert-no-leak.ts";
export type { Outcome } from "./assert-no-leak.ts";
export { canary, CANARY_PATTERN } from "./canary.ts";
export { temporaryDirectory, writePrivate, writeScript } from "./places.ts";
export { run, runProgram } from "./processes.ts";
export type { Finished, RunOptions } from "./processes.ts";
export { command, notRoot, root, testWith } from "./requirements.ts";
export type { Requirement } from "./requirements.ts";
