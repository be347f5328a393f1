import { renameSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  applyBaseline,
  auditStores,
  formatBaseline,
  formatGitHub,
  formatSarif,
  formatText,
  gateExitCode,
  parseBaseline,
  type AuditReport,
  type BaselinedReport,
  type Severity,
} from "@durar/audit";
import { readJsonValue, readTextFile } from "@durar/config-document";
import {
  canonicalProvider,
  createDurarSurface,
  isHeaderMarker,
  isKeyMarker,
  isModelsFileName,
  isSecretVariable,
  isSensitiveHeader,
  MODEL_PROVIDER_VARIABLES,
  validateConfig,
} from "@durar/durar-config";
import { CommandError } from "./command-error.ts";
import { painter, type CommandResult, type Surroundings } from "./console.ts";
import { openInstallation, type Installation, type InstallationOptions } from "./installation.ts";
import { createProviders } from "./providers.ts";
import { version } from "./version.ts";

/** The formats of an audit report. */
export const REPORT_FORMATS = ["text", "json", "sarif", "github"] as const;

export interface AuditCommandOptions extends InstallationOptions {
  readonly check?: boolean;
  readonly failOn?: Severity;
  readonly allowExec?: boolean;
  readonly allowIncomplete?: boolean;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly format?: (typeof REPORT_FORMATS)[number];
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** What names mean in this product. */
export const names = {
  canonicalProvider,
  isHeaderMarker,
  isKeyMarker,
  isModelsFileName,
  isSecretVariable,
  isSensitiveHeader,
  providerVariable: (provider: string) =>
    Object.hasOwn(MODEL_PROVIDER_VARIABLES, provider) ? MODEL_PROVIDER_VARIABLES[provider]?.[0] : undefined,
};

/** `durar secrets audit` */
export async function auditCommand(
  options: AuditCommandOptions,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { cwd, signal } = surroundings;
  const baseline = options.baseline === undefined ? undefined : readBaseline(resolve(cwd, options.baseline));
  const installation = openInstallation(options, surroundings);
  const whole = await auditStores({
    stores: installation.stores,
    surface: createDurarSurface(installation.layout),
    providers: createProviders(),
    environment: installation.environment,
    allowExec: options.allowExec,
    root: installation.layout.stateDirectory,
    names,
    validateConfig,
    interruptedCommit: interruptedCommit(installation),
    onProgress: progress(surroundings),
    signal,
  });
  if (options.writeBaseline !== undefined) writeBaseline(resolve(cwd, options.writeBaseline), whole);
  const report = baseline === undefined ? { ...whole, hiddenCount: 0 } : applyBaseline(whole, baseline);
  return {
    exitCode: gateExitCode(report, options),
    stdout: formatted(report, options, surroundings),
    stderr: "",
  };
}

function interruptedCommit({ interrupted, layout }: Installation) {
  if (!interrupted) return undefined;
  return { path: layout.journalFile, hint: "run durar secrets apply, which finishes it first" };
}

function formatted(
  report: BaselinedReport,
  options: AuditCommandOptions,
  surroundings: Surroundings,
): string {
  const { cwd } = surroundings;
  switch (options.json === true ? "json" : (options.format ?? "text")) {
    case "json":
      return `${JSON.stringify(report, undefined, 2)}\n`;
    case "sarif":
      return `${JSON.stringify(formatSarif(report, { cwd, toolVersion: version }), undefined, 2)}\n`;
    case "github":
      return formatGitHub(report, { cwd });
    case "text":
      return formatText(report, {
        cwd,
        paint: painter(surroundings, options.color),
        hiddenCount: report.hiddenCount,
        summaryOnly: options.quiet,
      });
  }
}

/** Short scans are over before a bar could be read. */
const longScan = 500;

function progress({ showProgress }: Surroundings): ((scanned: number, total: number) => void) | undefined {
  if (showProgress === undefined) return undefined;
  return (scanned, total) => {
    if (total < longScan) return;
    const width = 30;
    const done = Math.round((scanned / total) * width);
    showProgress(
      scanned === total ? "" : `[${"#".repeat(done)}${".".repeat(width - done)}] ${scanned}/${total} files`,
    );
  };
}

function readBaseline(path: string): ReadonlySet<string> {
  const content = readTextFile(path);
  const parsed = content.ok ? readJsonValue(content.text) : undefined;
  if (parsed?.ok === true) return parseBaseline(parsed.value);
  const reason = content.ok ? "it is not JSON" : content.message;
  throw new CommandError(
    "FILE_UNREADABLE",
    `the baseline ${path} cannot be read: ${reason}`,
    "check --baseline",
  );
}

/** Replaced whole, so that a reader never sees half a baseline. */
function writeBaseline(path: string, { findings }: AuditReport): void {
  const stage = `${path}.${process.pid}.new`;
  try {
    writeFileSync(stage, formatBaseline(findings), { flag: "wx" });
    renameSync(stage, path);
  } catch (error) {
    rmSync(stage, { force: true });
    const reason = (error as NodeJS.ErrnoException).code ?? "unknown";
    throw new CommandError(
      "FILE_UNWRITABLE",
      `the baseline ${path} cannot be written: ${reason}`,
      "check --write-baseline",
    );
  }
}
