import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Whether two credentials are the same; it takes as long whatever they differ in.
 *
 * @param given as Node hands out a header: one character for each byte
 */
export function sameCredential(given: string, accepted: string): boolean {
  return timingSafeEqual(digest(given, "latin1"), digest(accepted, "utf8"));
}

/** Of one length, whatever the credential's is. */
function digest(text: string, encoding: "latin1" | "utf8"): Buffer {
  return createHash("sha256").update(text, encoding).digest();
}
