import { relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { FINDING_CODES } from "./finding-codes.ts";
import type { AuditReport, Finding } from "./types.ts";

const levels = { info: "note", warn: "warning", error: "error" } as const;

export interface SarifOptions {
  /** Files below it are named relative to it; others by their `file:` URI. */
  readonly cwd: string;
  /** The version of the tool that ran the audit. */
  readonly toolVersion: string;
}

/** A report as a SARIF 2.1.0 log with one run. */
export function formatSarif(report: AuditReport, options: SarifOptions): Readonly<Record<string, unknown>> {
  const ruleIds = Object.keys(FINDING_CODES);
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "durar",
            semanticVersion: options.toolVersion,
            rules: Object.entries(FINDING_CODES).map(([id, { meaning, severities }]) => ({
              id,
              shortDescription: { text: meaning },
              defaultConfiguration: { level: levels[severities[0]] },
            })),
          },
        },
        columnKind: "unicodeCodePoints",
        originalUriBaseIds: { CWD: { uri: `${pathToFileURL(options.cwd).href.replace(/\/$/, "")}/` } },
        results: report.findings.map((finding) =>
          result(finding, ruleIds.indexOf(finding.code), options.cwd),
        ),
        properties: { status: report.status, resolution: report.resolution },
      },
    ],
  };
}

function result(finding: Finding, ruleIndex: number, cwd: string): Readonly<Record<string, unknown>> {
  const { id, code, severity, file, line, column, path, message, hint } = finding;
  const about = path === "" ? "" : `${path}: `;
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: `${about}${message}. Next: ${hint}.` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifact(file, cwd),
          region: { startLine: line, startColumn: column },
        },
        ...(path === "" ? {} : { logicalLocations: [{ fullyQualifiedName: path }] }),
      },
    ],
    partialFingerprints: { "durarFindingId/v1": id },
  };
}

function artifact(file: string, cwd: string): Readonly<Record<string, string>> {
  const below = relative(cwd, file);
  if (below === "" || below.startsWith("..")) return { uri: pathToFileURL(file).href };
  return { uri: below.split(sep).map(encodeURIComponent).join("/"), uriBaseId: "CWD" };
}
