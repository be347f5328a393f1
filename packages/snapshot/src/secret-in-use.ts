import type { Secret } from "@durar/secretref-schema";
import type { PreparedEntry } from "./types.ts";

/** The secret of a field that is in use and came to one. */
export function secretInUse({ activity, outcome }: PreparedEntry): Secret | undefined {
  const hasValue = outcome.kind === "plaintext" || outcome.kind === "resolved";
  return activity.active && hasValue ? outcome.value : undefined;
}
