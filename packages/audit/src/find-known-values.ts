import type { FindingList } from "./finding-list.ts";
import type { AuditStore } from "./types.ts";

/** Shorter values are found by chance. */
const shortest = 8;

/** Reports each known secret that stands in the text of a leftover that does not parse. */
export function findKnownValues(
  store: AuditStore,
  text: string,
  values: ReadonlySet<string>,
  findings: FindingList,
): void {
  for (const value of values) {
    if (value.length < shortest) continue;
    const spellings = new Set([value, JSON.stringify(value).slice(1, -1)]);
    for (const spelling of spellings) {
      const offset = text.indexOf(spelling);
      if (offset < 0) continue;
      const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
      findings.add({
        code: "PLAINTEXT_FOUND",
        severity: "warn",
        store,
        path: "",
        line: lines.length,
        column: [...(lines.at(-1) ?? "")].length + 1,
        message: "the value of a credential found elsewhere, in an old copy that does not parse",
        hint: "delete this old copy once you have made sure that nothing reads it",
      });
      break;
    }
  }
}
