import { formatFindings, validateStores, type AuditWarning, type ValidationReport } from "@durar/audit";
import { createDurarSurface, NAME_RULES, validateConfig } from "@durar/durar-config";
import { printable } from "@durar/secretref-schema";
import { jsonDocument, painter, type CommandResult, type Surroundings } from "../console.ts";
import type { GivenFlags, installationFlags, outputFlags } from "../command-line/flags.ts";
import { openInstallation, type Installation } from "../installation.ts";
import { createProviders } from "../gateway/providers.ts";

/** The flags of `durar config validate`. */
export type ConfigValidateFlags = GivenFlags<typeof outputFlags & typeof installationFlags>;

/** The stores that a server reads at its start. */
const startupStores: ReadonlySet<string> = new Set(["config", "environment", "auth-profiles"]);

/** `durar config validate`: 0 valid, 2 not. Resolves nothing and runs nothing. */
export async function configValidateCommand(
  flags: ConfigValidateFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const report = await validateInstallation(openInstallation(flags, surroundings), surroundings);
  const stdout = flags.json === true ? jsonDocument(report) : formatReport(report, flags, surroundings);
  return { exitCode: report.ok ? 0 : 2, stdout, stderr: "" };
}

/** What would keep a server from starting, as far as that can be known without resolving anything. */
export function validateInstallation(
  { layout, environment, stores }: Installation,
  { signal }: Surroundings,
): Promise<ValidationReport> {
  return validateStores({
    stores: stores.filter(({ kind, leftover }) => startupStores.has(kind) && leftover !== true),
    surface: createDurarSurface(layout),
    providers: createProviders(),
    environment,
    root: layout.stateDirectory,
    names: NAME_RULES,
    validateConfig,
    signal,
  });
}

function formatReport(
  report: ValidationReport,
  flags: ConfigValidateFlags,
  surroundings: Surroundings,
): string {
  const paint = painter(surroundings, flags["no-color"] !== true);
  const { ok, problems, warnings, configFile } = report;
  const count = (list: readonly unknown[], noun: string): string =>
    `${list.length} ${noun}${list.length === 1 ? "" : "s"}`;
  const verdict = ok ? paint("green", "valid") : paint("red", "not valid");
  const summary = `${verdict}: ${printable(configFile)} (${count(problems, "problem")}, ${count(warnings, "warning")})\n`;
  if (flags.quiet === true) return summary;
  const remarks =
    warnings.length === 0 ? "" : `\n${warnings.map((warning) => remark(warning, paint)).join("")}`;
  return summary + formatFindings(problems, { cwd: surroundings.cwd, paint }) + remarks;
}

function remark({ code, message, line, column }: AuditWarning, paint: ReturnType<typeof painter>): string {
  return `  ${line}:${column}  ${paint("yellow", "note")}   ${code}  ${message}\n`;
}
