import { existsSync } from "node:fs";
import { LAYOUT_NAMES, locateLayout } from "@durar/durar-config";
import { openCommandPath, type CommandPath } from "../command-paths/open-command-path.ts";
import { showTargets } from "../command-paths/resolve-targets.ts";
import { contextDocument, contextLines } from "../command-paths/target-lines.ts";
import type { TargetsReport } from "../command-paths/types.ts";
import { validateInstallation } from "../config/config-validate-command.ts";
import { jsonDocument, painter, type CommandResult, type Surroundings } from "../console.ts";
import { deadSockets, socketProblems } from "./dead-sockets.ts";
import { bySeverity, countsOf, diagnosis, diagnosisLines, type Diagnosis } from "./diagnosis.ts";
import { repair, type Repairs } from "./repairs.ts";
import { disagreements } from "./shell-and-gateway.ts";
import { pathProblems, socketOf, statePaths } from "./state-paths.ts";
import { reasonLines } from "../failure.ts";
import type { execFlags, fixFlags, GivenFlags, outputFlags } from "../command-line/flags.ts";
import type { GatewayFlags } from "../gateway/gateway-connection.ts";
import { openInstallation } from "../installation.ts";
import { interrupted } from "./security-audit-command.ts";

/** The flags of `durar doctor`. */
export type DoctorFlags = GatewayFlags & GivenFlags<typeof outputFlags & typeof execFlags & typeof fixFlags>;

/** `durar doctor`: 0, whatever it finds; with `--fix`, 1 where something could not be repaired. */
export async function doctorCommand(flags: DoctorFlags, surroundings: Surroundings): Promise<CommandResult> {
  const repairs: Repairs =
    flags.fix === true
      ? await repair(openInstallation(flags, surroundings), surroundings)
      : { done: [], failed: [] };
  const opened = await openCommandPath(flags, surroundings);
  const report = await showTargets(
    {
      ...{ commandName: "durar doctor", connection: opened.connection, inputs: opened.inputs },
      targetIds: opened.inputs.surface.targets.map(({ id }) => id),
    },
    flags["allow-exec"] === true,
    surroundings,
  );
  const found = bySeverity(await examine(opened, report, surroundings));
  const exitCode = repairs.failed.length > 0 ? 1 : 0;
  if (flags.json === true)
    return {
      exitCode,
      stdout: jsonDocument({
        ok: exitCode === 0,
        ...contextDocument(report),
        ...{ repaired: repairs.done, failed: repairs.failed, findings: found, targets: report.targets },
      }),
      stderr: "",
    };
  const paint = painter(surroundings, flags["no-color"] !== true);
  const summary = `doctor: ${countsOf(found)}${flags.fix === true ? `, ${repairs.done.length} repaired` : ""}\n`;
  if (flags.quiet === true) return { exitCode, stdout: summary, stderr: "" };
  const stdout = [
    summary,
    contextLines(report, paint),
    ...repairs.done.map((line) => `  ${paint("green", "fixed")}  ${line}\n`),
    ...repairs.failed.map(reasonLines),
    diagnosisLines(found, paint),
  ];
  return { exitCode, stdout: stdout.join(""), stderr: "" };
}

async function examine(
  { installation, inputs }: CommandPath,
  report: TargetsReport,
  surroundings: Surroundings,
): Promise<readonly Diagnosis[]> {
  const { layout } = installation;
  const { paths, unreadable } = statePaths(installation, surroundings);
  const socket = socketOf(installation, surroundings);
  const dead = socket === undefined ? [] : await deadSockets(socket, surroundings.signal);
  const { problems } = await validateInstallation(installation, surroundings);
  return [
    ...layoutProblems(layout.stateDirectory),
    ...(installation.interrupted ? [interrupted(layout.journalFile)] : []),
    ...(socket === undefined ? [] : socketProblems(socket, dead)),
    ...pathProblems(paths),
    ...unreadable,
    ...problems.map(({ file, line, column, path, message, hint, code }) =>
      diagnosis("error", "CONFIG_INVALID", {
        where: `${file}:${line}:${column}`,
        message: `${path === "" || message.includes(path) ? "" : `${path}: `}${message}${code === "CONFIG_INVALID" ? "" : ` [${code}]`}`,
        hint,
      }),
    ),
    ...disagreements(report, inputs.environment),
  ];
}

function layoutProblems(stateDirectory: string): readonly Diagnosis[] {
  if (!existsSync(stateDirectory))
    return [
      diagnosis("warn", "STATE_DIRECTORY_MISSING", {
        where: stateDirectory,
        message: "does not exist",
        hint: "name another one with --state-dir, or start with durar onboard",
      }),
    ];
  const configs = LAYOUT_NAMES.map(
    (layout) => locateLayout({ layout, stateDirectory, environment: {} }).configFile,
  );
  if (!configs.every((file) => existsSync(file))) return [];
  return [
    diagnosis("warn", "LAYOUT_AMBIGUOUS", {
      where: stateDirectory,
      message: "holds the configurations of two layouts",
      hint: "name the one that is meant with --layout",
    }),
  ];
}
