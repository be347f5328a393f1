import type { AuditContext } from "./context.ts";
import { leftoverHint } from "./leftover-hint.ts";
import type { LoadedEnvFile } from "./load-store.ts";
import { textPositions } from "./text-positions.ts";
import type { AuditStore } from "./types.ts";

/** Reports each known credential that stands in the text of an old copy which does not parse. */
export function findKnownValues(
  store: AuditStore,
  text: string,
  { findings, known }: AuditContext,
  isRead: (offset: number) => boolean = () => false,
): void {
  const offsets = known.find(text).filter((offset) => !isRead(offset));
  for (const position of textPositions(text, offsets))
    findings.add({
      code: "PLAINTEXT_FOUND",
      severity: "warn",
      store,
      path: "",
      ...position,
      message: "the value of a credential found elsewhere, in an old copy that does not parse",
      hint: leftoverHint(store) ?? "delete the value",
    });
}

/** The same for the lines of an old `.env` file that are no assignments. */
export function findKnownValuesBeside({ store, text, file }: LoadedEnvFile, context: AuditContext): void {
  if (store.leftover !== true || file.problems.length === 0) return;
  const entries = file.entries.values();
  let entry = entries.next().value;
  findKnownValues(store, text, context, (offset) => {
    while (entry !== undefined && entry.end <= offset) entry = entries.next().value;
    return entry !== undefined && entry.start <= offset;
  });
}
