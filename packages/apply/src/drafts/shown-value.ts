import { formatRef, isSecretSource, parseSecretRef } from "@durar/secretref-schema";
import { isRecord } from "@durar/credential-surface";

/** What is shown in the place of a value that may be a secret. Its length tells nothing. */
export const MASK = "********";

/** What can be said of what stands in a document without telling a secret: a ref, a provider's source, or the mask. */
export function shownValue(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const parsed = parseSecretRef(value);
  if (parsed.ok) return formatRef(parsed.ref);
  return isRecord(value) && isSecretSource(value["source"]) ? value["source"] : MASK;
}
