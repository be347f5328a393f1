import type { AuditStore } from "./types.ts";

/** What to do about whatever is found in an old copy; `undefined` where the store is none. */
export function leftoverHint({ leftover }: AuditStore): string | undefined {
  return leftover === true ? "delete this old copy once you have made sure that nothing reads it" : undefined;
}
