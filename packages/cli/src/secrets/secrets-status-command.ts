import type { AttemptReport, SecretsStatus } from "@durar/gateway-client";
import { printable } from "@durar/secretref-schema";
import { checkedStatus } from "../gateway/checked-answer.ts";
import { jsonDocument, painter, type CommandResult, type Surroundings } from "../console.ts";
import { connectGateway } from "../gateway/gateway-connection.ts";
import { paintState } from "../paint-state.ts";
import { counted } from "../counted.ts";
import { warningLine, type SecretsReloadFlags } from "./secrets-reload-command.ts";

/** `durar secrets status`: 0 healthy, 1 degraded, 69 no gateway. */
export async function secretsStatusCommand(
  flags: SecretsReloadFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { client } = await connectGateway(flags, surroundings);
  const status = checkedStatus(await client.call("secrets.status", {}, { signal: surroundings.signal }));
  const exitCode = status.state === "healthy" ? 0 : 1;
  if (flags.json === true) return { exitCode, stdout: jsonDocument(status), stderr: "" };
  const paint = painter(surroundings, flags["no-color"] !== true);
  const { state, generation, since, activatedAt } = status;
  const summary = `${paintState(state, paint)}: generation ${generation}, activated ${activatedAt}, ${state} since ${since}\n`;
  return { exitCode, stdout: flags.quiet === true ? summary : summary + details(status), stderr: "" };
}

function details({
  lastAttempt,
  nextAttemptAt,
  providers,
  gatewayAuthSurface,
  warnings,
}: SecretsStatus): string {
  return [
    ...(lastAttempt === undefined ? [] : attemptLines(lastAttempt)),
    ...(nextAttemptAt === undefined ? [] : [`  next     attempt at ${printable(nextAttemptAt)}\n`]),
    ...providers.map(
      ({ source, provider, refs }) =>
        `  refs     ${printable(`${counted(refs, "ref")} of ${source}:${provider}`)}\n`,
    ),
    ...gatewayAuthSurface.map(
      ({ path, active, reason }) =>
        `  auth     ${printable(path)} ${active ? "active" : "inactive"}: ${printable(reason)}\n`,
    ),
    ...warnings.map(warningLine),
  ].join("");
}

function attemptLines({ trigger, ok, at, durationMs, failures }: AttemptReport): string[] {
  const outcome = ok ? "succeeded" : `failed for ${counted(failures.length, "reason")}`;
  return [
    `  last     ${printable(`${trigger} ${outcome} at ${at} in ${durationMs} ms`)}\n`,
    ...failures.map(
      ({ code, message, hint }) =>
        `  failed   ${printable(message)} [${printable(code)}]\n           -> ${printable(hint)}\n`,
    ),
  ];
}
