import { formatFindings, validateStores, type AuditWarning, type ValidationReport } from "@durar/audit";
import { createDurarSurface, validateConfig } from "@durar/durar-config";
import { names } from "./audit-command.ts";
import { painter, type CommandResult, type Surroundings } from "./console.ts";
import { openInstallation, type InstallationOptions } from "./installation.ts";
import { createProviders } from "./providers.ts";

export interface ConfigValidateOptions extends InstallationOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** The stores that a server reads at its start. */
const startupStores: ReadonlySet<string> = new Set(["config", "environment", "auth-profiles"]);

/** `durar config validate`: 0 valid, 2 not. Resolves nothing and runs nothing. */
export async function configValidateCommand(
  options: ConfigValidateOptions,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { layout, environment, stores } = openInstallation(options, surroundings);
  const report = await validateStores({
    stores: stores.filter(({ kind, leftover }) => startupStores.has(kind) && leftover !== true),
    surface: createDurarSurface(layout),
    providers: createProviders(),
    environment,
    root: layout.stateDirectory,
    names,
    validateConfig,
    signal: surroundings.signal,
  });
  const json = options.json === true;
  const stdout = json
    ? `${JSON.stringify(report, undefined, 2)}\n`
    : formatReport(report, options, surroundings);
  return { exitCode: report.ok ? 0 : 2, stdout, stderr: "" };
}

function formatReport(
  report: ValidationReport,
  options: ConfigValidateOptions,
  surroundings: Surroundings,
): string {
  const paint = painter(surroundings, options.color);
  const { ok, problems, warnings, configFile } = report;
  const count = (list: readonly unknown[], noun: string): string =>
    `${list.length} ${noun}${list.length === 1 ? "" : "s"}`;
  const verdict = ok ? paint("green", "valid") : paint("red", "not valid");
  const summary = `${verdict}: ${configFile} (${count(problems, "problem")}, ${count(warnings, "warning")})\n`;
  if (options.quiet === true) return summary;
  const remarks =
    warnings.length === 0 ? "" : `\n${warnings.map((warning) => remark(warning, paint)).join("")}`;
  return summary + formatFindings(problems, { cwd: surroundings.cwd, paint }) + remarks;
}

function remark({ code, message, line, column }: AuditWarning, paint: ReturnType<typeof painter>): string {
  return `  ${line}:${column}  ${paint("yellow", "note")}   ${code}  ${message}\n`;
}
