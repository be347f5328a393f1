import { printable, type Secret } from "@durar/secretref-schema";

/** Characters of a text of the gateway that are kept. */
const LONGEST = 1_000;

/** The shortest credential that is looked for: a shorter one would be given away by what is missing. */
const SHORTEST_CREDENTIAL = 8;

/** Makes a text that a gateway sent fit for an error, a log and a terminal. */
export type CleanText = (text: string) => string;

/**
 * Cuts texts to 1,000 characters and escapes what is not safe to print. The credential, which a hostile server could
 * send back, becomes `[secret]` where it has at least 8 characters.
 */
export function cleanReceivedText(credential: Secret<string> | undefined): CleanText {
  return (text) => {
    const secret = credential?.reveal() ?? "";
    const shown = secret.length < SHORTEST_CREDENTIAL ? text : text.replaceAll(secret, "[secret]");
    return printable(shown.length > LONGEST ? `${shown.slice(0, LONGEST)}...` : shown);
  };
}
