import type { Surroundings } from "../console.ts";

/** Whether there is somebody who answers, and a screen that can be written anew. */
export function canBeAsked({ isInteractive, environment }: Surroundings): boolean {
  return isInteractive === true && environment["TERM"] !== "dumb";
}
