import type { FailureReport, SecretsStatus } from "@durar/gateway-client";
import { printable } from "@durar/secretref-schema";
import type { Paint } from "@durar/audit";
import { gatewayStatus } from "./gateway-status.ts";
import { openCommandPath, type CommandPath } from "./open-command-path.ts";
import { showTargets } from "./resolve-targets.ts";
import { SURFACE_GROUPS, surfaceGroup, type SurfaceGroup } from "./surface-groups.ts";
import { contextDocument, contextLines, differenceLines, problemLines, targetLines } from "./target-lines.ts";
import type { TargetReport, TargetsReport, TargetState } from "./types.ts";
import { jsonDocument, painter, type CommandResult, type Surroundings } from "../console.ts";
import { counted } from "../counted.ts";
import type { execFlags, GivenFlags, outputFlags, statusFlags } from "../command-line/flags.ts";
import type { GatewayFlags } from "../gateway/gateway-connection.ts";
import { paintState } from "../paint-state.ts";
import { warningLine } from "../secrets/secrets-reload-command.ts";

/** The flags of `durar status`. */
export type StatusFlags = GatewayFlags &
  GivenFlags<typeof outputFlags & typeof execFlags & typeof statusFlags>;

/** How many credentials of a group are in each state. */
interface GroupReport {
  readonly surface: SurfaceGroup;
  readonly counts: Readonly<Partial<Record<TargetState, number>>>;
  readonly targets: readonly TargetReport[];
}

/** `durar status`: 0, whatever it shows. */
export async function statusCommand(flags: StatusFlags, surroundings: Surroundings): Promise<CommandResult> {
  const opened = await openCommandPath(flags, surroundings);
  const { inputs, connection, installation } = opened;
  const report = await showTargets(
    {
      ...{ commandName: "durar status", connection, inputs },
      targetIds: inputs.surface.targets.map(({ id }) => id),
    },
    flags["allow-exec"] === true,
    surroundings,
  );
  const status = report.gateway.reached ? await gatewayStatus(connection, surroundings) : undefined;
  const groups = groupsOf(report);
  if (flags.json === true)
    return {
      exitCode: 0,
      stdout: jsonDocument({
        ok: true,
        ...contextDocument(report),
        running: status !== undefined,
        configFile: installation.layout.configFile,
        ...(status === undefined ? {} : { status }),
        problems: inputs.problems,
        surfaces: groups.map(({ surface, counts }) => ({ surface, counts })),
        targets: report.targets,
      }),
      stderr: "",
    };
  const paint = painter(surroundings, flags["no-color"] !== true);
  const summary = summaryLine(status, opened, paint);
  if (flags.quiet === true) return { exitCode: 0, stdout: summary, stderr: "" };
  const stdout = [
    summary,
    ...(status === undefined ? [] : snapshotLines(status)),
    problemLines(inputs.problems),
    status === undefined ? contextLines(report, paint) : differenceLines(report),
    ...groups.map((group) => groupLines(group, flags.all === true, paint)),
  ].join("");
  return { exitCode: 0, stdout, stderr: "" };
}

function summaryLine(status: SecretsStatus | undefined, { connection }: CommandPath, paint: Paint): string {
  if (status === undefined)
    return `gateway ${paint("yellow", "not reached")}: ${printable(Object.values(connection.place).join())}\n`;
  const { gateway, state, generation } = status;
  const tcp = gateway.tcp === undefined ? "" : ` and ${printable(gateway.tcp.host)} port ${gateway.tcp.port}`;
  return `gateway running: pid ${gateway.pid}, ${paintState(state, paint)}, generation ${generation}, on ${printable(gateway.socket)}${tcp}\n`;
}

function snapshotLines({ activatedAt, since, state, lastAttempt, warnings }: SecretsStatus): string[] {
  const age = Math.max(0, Math.round((Date.now() - Date.parse(activatedAt)) / 1_000));
  const failures = lastAttempt?.ok === false ? lastAttempt.failures : [];
  return [
    `  snapshot activated ${activatedAt}, ${counted(age, "second")} ago, ${state} since ${since}\n`,
    // A provider that fails says the same of each of its refs.
    ...new Set(failures.map(failureLines)),
    ...warnings.map(warningLine),
  ];
}

function failureLines({ code, message, hint }: FailureReport): string {
  return `  failed   ${printable(message)} [${printable(code)}]\n           -> ${printable(hint)}\n`;
}

function groupsOf({ targets }: TargetsReport): readonly GroupReport[] {
  return SURFACE_GROUPS.flatMap((surface): GroupReport[] => {
    const own = targets.filter(({ targetId }) => surfaceGroup({ id: targetId }) === surface);
    const counts: Partial<Record<TargetState, number>> = {};
    for (const { state } of own) counts[state] = (counts[state] ?? 0) + 1;
    return own.length === 0 ? [] : [{ surface, counts, targets: own }];
  });
}

function groupLines({ surface, counts, targets }: GroupReport, all: boolean, paint: Paint): string {
  const states = Object.entries(counts).map(([state, count]) => `${count} ${state}`);
  const line = `${paint("bold", surface)}: ${states.join(", ")}\n`;
  // What cannot be had is shown in any case.
  const shown = targets.filter(
    ({ state, differs }) => all || state === "unresolved" || differs !== undefined,
  );
  return line + shown.map((target) => targetLines(target, paint)).join("");
}
