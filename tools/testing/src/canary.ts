import { randomBytes } from "node:crypto";

// In two pieces, so that this source, quoted in a stack trace, is not taken for a leak.
const prefix = ["durar", "canary"].join("-");

/** A fresh value that plays the secret: found anywhere it should not be, it is a leak. */
export function canary(): string {
  return `${prefix}-${randomBytes(12).toString("hex")}`;
}

/** Finds canaries in text, whichever test made them. */
export const CANARY_PATTERN: RegExp = new RegExp(`${prefix}-[0-9a-f]{24}`, "g");
