export { describePlace } from "./describe-place.ts";
export { prepare } from "./prepare.ts";
export type { Outcome, Preparation, PreparedEntry, PrepareOptions } from "./types.ts";
