import { pathToFileURL } from "node:url";
import type { ArtifactLocation, Log, Result } from "sarif";
import { FINDING_CODES, type FindingCode } from "./finding-codes.ts";
import { pathBelow } from "./path-below.ts";
import type { AuditReport, Finding } from "./types.ts";

const levels = { info: "note", warn: "warning", error: "error" } as const;
const codes = Object.keys(FINDING_CODES) as readonly FindingCode[];

export interface SarifOptions {
  /** Files below it are named relative to it; others by their `file:` URI. */
  readonly cwd: string;
  /** The version of the tool that ran the audit, as in SemVer. */
  readonly toolVersion: string;
}

/**
 * A report as a SARIF log with one run.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function formatSarif(
  report: AuditReport,
  { cwd, toolVersion }: SarifOptions,
): Readonly<Record<string, unknown>> {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "durar",
            semanticVersion: toolVersion,
            rules: codes.map((id) => {
              const { meaning, severities } = FINDING_CODES[id];
              return {
                id,
                shortDescription: { text: literal(meaning) },
                defaultConfiguration: { level: levels[severities[0]] },
              };
            }),
          },
        },
        columnKind: "unicodeCodePoints",
        originalUriBaseIds: { CWD: { uri: `${pathToFileURL(cwd).href.replace(/\/$/, "")}/` } },
        results: report.findings.map((finding) => result(finding, cwd)),
        properties: { status: report.status, resolution: report.resolution },
      },
    ],
  } satisfies Log;
}

function result(finding: Finding, cwd: string): Result {
  const { id, code, severity, file, line, column, path, message, hint } = finding;
  const about = path === "" ? "" : `${path}: `;
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: levels[severity],
    message: { text: literal(`${about}${message}. Next: ${hint}.`) },
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

/** Braces enclose placeholders in a message, and are written twice where they do not (SARIF 3.11.5). */
function literal(text: string): string {
  return text.replace(/[{}]/g, "$&$&");
}

function artifact(file: string, cwd: string): ArtifactLocation {
  const below = pathBelow(cwd, file);
  if (below === undefined) return { uri: pathToFileURL(file).href };
  return { uri: below.split("/").map(encodeURIComponent).join("/"), uriBaseId: "CWD" };
}
