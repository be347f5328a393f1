import { resolve } from "node:path";
import {
  applyBaseline,
  auditStores,
  formatGitHub,
  formatSarif,
  formatText,
  gateExitCode,
  type BaselinedReport,
} from "@durar/audit";
import { createDurarSurface, NAME_RULES, validateConfig } from "@durar/durar-config";
import { baselineOutput, readBaseline, writeBaseline } from "./baseline-file.ts";
import { CommandError } from "../command-error.ts";
import { jsonDocument, painter, type CommandResult, type Surroundings } from "../console.ts";
import type {
  execFlags,
  gateFlags,
  GivenFlags,
  installationFlags,
  outputFlags,
  reportFlags,
} from "../command-line/flags.ts";
import { openInstallation, type Installation } from "../installation.ts";
import { checkOutput } from "../output-file.ts";
import { progressBar } from "./progress-bar.ts";
import { createProviders } from "../gateway/providers.ts";
import { version } from "../version.ts";

/** The flags of `durar secrets audit`. */
export type AuditFlags = GivenFlags<
  typeof gateFlags & typeof execFlags & typeof reportFlags & typeof outputFlags & typeof installationFlags
>;

/** `durar secrets audit` */
export async function auditCommand(flags: AuditFlags, surroundings: Surroundings): Promise<CommandResult> {
  const { cwd, signal } = surroundings;
  const format = reportFormat(flags);
  const installation = openInstallation(flags, surroundings);
  const { layout, environment, stores } = installation;
  // Before the scan, which may be long and ask an operator for a fingerprint.
  const path = (file: string): string => resolve(cwd, file.replace(/^~(?=\/)/, layout.home));
  const baseline = flags.baseline === undefined ? undefined : readBaseline(path(flags.baseline));
  const target =
    flags["write-baseline"] === undefined ? undefined : baselineOutput(path(flags["write-baseline"]));
  if (target !== undefined) checkOutput(target);
  const progress = flags.quiet === true ? undefined : progressBar(surroundings);
  const whole = await auditStores({
    stores,
    surface: createDurarSurface(layout),
    providers: createProviders(),
    environment,
    allowExec: flags["allow-exec"],
    root: layout.stateDirectory,
    names: NAME_RULES,
    validateConfig,
    interruptedCommit: interruptedCommit(installation),
    onProgress: progress?.show,
    signal,
  }).finally(() => progress?.remove());
  if (target !== undefined) writeBaseline(target, whole.findings);
  const report = baseline === undefined ? { ...whole, hiddenCount: 0 } : applyBaseline(whole, baseline);
  const { check, "fail-on": failOn, "allow-incomplete": allowIncomplete } = flags;
  return {
    exitCode: gateExitCode(report, { check, failOn, allowIncomplete }),
    stdout: formatted(report, format, flags, surroundings),
    stderr:
      failOn !== undefined && check !== true ? "durar: note: --fail-on has no effect without --check\n" : "",
  };
}

function reportFormat({ json, format }: AuditFlags): NonNullable<AuditFlags["format"]> {
  if (json !== true) return format ?? "text";
  if (format === undefined || format === "json") return "json";
  throw new CommandError(
    "USAGE",
    `--json and --format ${format} exclude each other`,
    "decide for one of them",
  );
}

function interruptedCommit({ interrupted, layout }: Installation) {
  if (!interrupted) return undefined;
  return { path: layout.journalFile, hint: "run durar secrets apply, which finishes it first" };
}

function formatted(
  report: BaselinedReport,
  format: NonNullable<AuditFlags["format"]>,
  flags: AuditFlags,
  surroundings: Surroundings,
): string {
  const { cwd } = surroundings;
  switch (format) {
    case "json":
      return jsonDocument(report);
    case "sarif":
      return jsonDocument(formatSarif(report, { cwd, toolVersion: version }));
    case "github":
      return formatGitHub(report, { cwd });
    case "text":
      return formatText(report, {
        cwd,
        paint: painter(surroundings, flags["no-color"] !== true),
        hiddenCount: report.hiddenCount,
        summaryOnly: flags.quiet,
      });
  }
}
