import type { WarningReport } from "@durar/gateway-client";
import { printable } from "@durar/secretref-schema";
import { counted } from "../counted.ts";
import { jsonDocument, type CommandResult, type Surroundings } from "../console.ts";
import type { GivenFlags, outputFlags } from "../command-line/flags.ts";
import { connectGateway, type GatewayFlags } from "../gateway/gateway-connection.ts";

/** The flags of `durar secrets reload`. */
export type SecretsReloadFlags = GatewayFlags & GivenFlags<typeof outputFlags>;

/** `durar secrets reload`: 0 done, 2 a secret does not resolve, 1 failed otherwise, 69 no gateway. */
export async function secretsReloadCommand(
  flags: SecretsReloadFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { client } = await connectGateway(flags, surroundings);
  const report = await client.call("secrets.reload", {}, { signal: surroundings.signal });
  if (flags.json === true) return { exitCode: 0, stdout: jsonDocument(report), stderr: "" };
  const { generation, changedPaths, warnings } = report;
  const summary = `reloaded: generation ${generation}, ${counted(changedPaths.length, "path")} changed, ${counted(warnings.length, "warning")}\n`;
  const changes = changedPaths.map((path) => `  changed  ${printable(path)}\n`);
  const stdout =
    flags.quiet === true ? summary : [summary, ...changes, ...warnings.map(warningLine)].join("");
  return { exitCode: 0, stdout, stderr: "" };
}

/** A warning of a gateway, on a line of its own. */
export function warningLine({ code, message }: WarningReport): string {
  return `  note     ${printable(message)} [${printable(code)}]\n`;
}
