import { FINDING_CODES } from "@durar/audit";
import { DIAGNOSIS_CODES } from "@durar/cli";
import { code, page, table } from "./page.ts";

/** `docs/reference/finding-codes.md`: everything that an audit can find, of stored credentials and of the installation. */
export function findingCodesPage(): string {
  return page(
    "Finding codes",
    "What `durar secrets audit` finds, in text, JSON, SARIF and GitHub annotations alike. `info` fails a gate only with `--fail-on info`.",
    table(
      ["code", "severity", "meaning"],
      Object.entries(FINDING_CODES).map(([name, { severities, meaning }]) => [
        code(name),
        severities.join(", "),
        meaning,
      ]),
    ),
    "## Of the installation",
    "What `durar security audit` and `durar doctor` find.",
    table(
      ["code", "meaning"],
      Object.entries(DIAGNOSIS_CODES).map(([name, meaning]) => [code(name), meaning]),
    ),
  );
}
