import { FINDING_CODES } from "@durar/audit";
import { code, page, table } from "./page.ts";

/** `docs/reference/finding-codes.md`: everything that an audit can find. */
export function findingCodesPage(): string {
  return page(
    "Finding codes",
    "What `durar secrets audit` finds, in text, JSON, SARIF and GitHub annotations alike. `info` never fails a gate.",
    table(
      ["code", "severity", "meaning"],
      Object.entries(FINDING_CODES).map(([name, { severities, meaning }]) => [
        code(name),
        severities.join(", "),
        meaning,
      ]),
    ),
  );
}
