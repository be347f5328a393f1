import { locateLayout } from "@durar/durar-config";
import { startGateway, type Gateway } from "@durar/gateway";
import { CommandError } from "../command-error.ts";
import type { CommandResult, Surroundings } from "../console.ts";
import { describeError } from "../describe-error.ts";
import { failed } from "../failure.ts";
import type { GivenFlags, installationFlags, serverFlags } from "../command-line/flags.ts";
import { createConsumers } from "./consumers.ts";
import { createProviders } from "./providers.ts";

/** The flags of `durar gateway run`. */
export type GatewayRunFlags = GivenFlags<typeof serverFlags & typeof installationFlags>;

/** `durar gateway run`: serves until it is interrupted, and reloads when it is asked to. */
export async function gatewayRunCommand(
  flags: GatewayRunFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { environment, cwd, signal, print, onHangup } = surroundings;
  const port = flags.port === undefined ? undefined : portOf(flags.port);
  const layout = locateLayout({ ...flags, stateDirectory: flags["state-dir"], environment, cwd });
  let gateway: Gateway | undefined;
  let isReloadDue = false;
  const reload = (): void => {
    // During the start it is kept for later: what the start has read may be older. What comes of it is in the log.
    if (gateway === undefined) isReloadDue = true;
    else void gateway.reload().catch(() => undefined);
  };
  const unhook = onHangup?.(reload);
  try {
    const log = { write: (line: string) => print?.(line) };
    const parts = { providers: createProviders(), consumers: createConsumers() };
    gateway = await startGateway({ layout, environment, ...parts, port, log, signal });
  } catch (error) {
    unhook?.();
    if (signal?.aborted === true) return stopped;
    return failed(startFailure(describeError(error, undefined)), false);
  }
  if (isReloadDue) reload();
  await new Promise<void>((resolve) => {
    if (signal?.aborted === true) resolve();
    else signal?.addEventListener("abort", () => resolve(), { once: true });
  });
  unhook?.();
  await gateway.close();
  return stopped;
}

const stopped: CommandResult = { exitCode: 0, stdout: "", stderr: "", endsBySignal: true };

/** A server whose secrets do not resolve says so by its status. */
function startFailure(failure: ReturnType<typeof describeError>): ReturnType<typeof describeError> {
  return failure.code.startsWith("SNAPSHOT_") ? { ...failure, exitCode: 2 } : failure;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new CommandError("USAGE", "--port must be a number from 0 to 65535", "write 0 for any free port");
}
