import { randomBytes } from "node:crypto";
import { Secret } from "@durar/secretref-schema";

/** A new token of 256 random bits, in characters that a header and a URL can hold. */
export function generateToken(): Secret<string> {
  return new Secret(randomBytes(32).toString("base64url"));
}
