import { GATEWAY_AUTH_PATHS } from "@durar/durar-config";
import { gatewayStatus } from "../command-paths/gateway-status.ts";
import { openCommandPath } from "../command-paths/open-command-path.ts";
import { showTargets } from "../command-paths/resolve-targets.ts";
import { contextDocument, contextLines, problemLines } from "../command-paths/target-lines.ts";
import { jsonDocument, painter, type CommandResult, type Surroundings } from "../console.ts";
import { bySeverity, countsOf, diagnosis, diagnosisLines, type Diagnosis } from "./diagnosis.ts";
import { exposureProblems } from "./gateway-exposure.ts";
import { providerProblems } from "./provider-trust.ts";
import { pathProblems, statePaths } from "./state-paths.ts";
import { exitCodeOf } from "./exit-code.ts";
import type { execFlags, findingFlags, GivenFlags, outputFlags } from "../command-line/flags.ts";
import type { GatewayFlags } from "../gateway/gateway-connection.ts";

/** The flags of `durar security audit`. */
export type SecurityAuditFlags = GatewayFlags &
  GivenFlags<typeof outputFlags & typeof execFlags & typeof findingFlags>;

/** `durar security audit`: 0; with `--check`, 1 for findings and 3 where something could not be examined. */
export async function securityAuditCommand(
  flags: SecurityAuditFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { inputs, connection, installation } = await openCommandPath(flags, surroundings);
  const report = await showTargets(
    { commandName: "durar security audit", targetIds: GATEWAY_AUTH_PATHS, connection, inputs },
    flags["allow-exec"] === true,
    surroundings,
  );
  const tcp = report.gateway.reached
    ? (await gatewayStatus(connection, surroundings))?.gateway.tcp
    : undefined;
  const { paths, unreadable } = statePaths(installation, surroundings);
  const found = bySeverity([
    ...exposureProblems(inputs, installation.layout, report, tcp),
    ...pathProblems(paths),
    ...unreadable,
    ...(await providerProblems(inputs, surroundings.signal)),
    ...(installation.interrupted ? [interrupted(installation.layout.journalFile)] : []),
  ]);
  const exitCode = exitCodeOf(found, inputs.problems.length === 0, flags);
  if (flags.json === true)
    return {
      exitCode,
      stdout: jsonDocument({
        ok: true,
        ...contextDocument(report),
        problems: inputs.problems,
        findings: found,
        targets: report.targets,
      }),
      stderr: "",
    };
  const paint = painter(surroundings, flags["no-color"] !== true);
  const summary = `security: ${countsOf(found)}\n`;
  if (flags.quiet === true) return { exitCode, stdout: summary, stderr: "" };
  const stdout = [
    summary,
    contextLines(report, paint),
    problemLines(inputs.problems),
    diagnosisLines(found, paint),
  ];
  return { exitCode, stdout: stdout.join(""), stderr: "" };
}

/** What a change over several files that was interrupted has left. */
export function interrupted(journal: string): Diagnosis {
  return diagnosis("error", "COMMIT_INTERRUPTED", {
    where: journal,
    message: "a change over several files was interrupted, and the files may be of two states",
    hint: "durar doctor --fix or durar secrets apply finishes it first",
  });
}
