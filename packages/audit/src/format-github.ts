import { printable } from "@durar/secretref-schema";
import { pathBelow } from "./path-below.ts";
import type { AuditReport, Finding } from "./types.ts";

const commands = { info: "notice", warn: "warning", error: "error" } as const;

/** Findings as GitHub workflow commands, one a line, which annotate the files of a pull request. */
export function formatGitHub(
  report: Pick<AuditReport, "findings">,
  options: { readonly cwd: string },
): string {
  return report.findings.map((finding) => `${annotation(finding, options.cwd)}\n`).join("");
}

function annotation(
  { severity, file, line, column, code, path, message, hint }: Finding,
  cwd: string,
): string {
  const shown = printable(pathBelow(cwd, file) ?? file);
  const properties = Object.entries({ file: shown, line, col: column, title: code })
    .map(([name, value]) => `${name}=${escaped(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`)
    .join(",");
  const about = path === "" ? "" : `${path}: `;
  return `::${commands[severity]} ${properties}::${escaped(`${about}${message}; ${hint}`)}`;
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
