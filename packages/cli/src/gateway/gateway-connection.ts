import { locateLayout, type Layout } from "@durar/durar-config";
import { createGatewayClient, gatewaySocketPath, type GatewayClient } from "@durar/gateway-client";
import { Secret } from "@durar/secretref-schema";
import { CommandError } from "../command-error.ts";
import type { Surroundings } from "../console.ts";
import type { gatewayFlags, GivenFlags, installationFlags } from "../command-line/flags.ts";
import { readSecret } from "../read-input.ts";

/** The flags of every command that asks a gateway. */
export type GatewayFlags = GivenFlags<typeof gatewayFlags & typeof installationFlags>;

/** Whom to ask. */
export interface GatewayConnection {
  readonly client: GatewayClient;
  /** Where it should listen. The URL holds no credential. */
  readonly place: { readonly socket: string } | { readonly url: string };
}

/** How long a gateway has to answer, in milliseconds: a reload asks every provider. */
export const DEFAULT_TIMEOUT_MS = 60_000;

/** How long one has that answers from memory. */
export const QUICK_TIMEOUT_MS = 10_000;

/**
 * The gateway that the flags mean: that of the state directory, over its socket, or, with `--gateway`, the one at a URL.
 *
 * @param usualMs how long it has where `--timeout` does not say
 * @throws DurarError for a URL, a file or a number that is none
 */
export async function connectGateway(
  flags: GatewayFlags,
  surroundings: Surroundings,
  usualMs = DEFAULT_TIMEOUT_MS,
): Promise<GatewayConnection> {
  const { environment, cwd } = surroundings;
  const timeoutMs = flags.timeout === undefined ? usualMs : milliseconds(flags.timeout);
  const layout = locateLayout({ ...flags, stateDirectory: flags["state-dir"], environment, cwd });
  const { gateway: url } = flags;
  if (url === undefined) {
    if (flags["token-file"] !== undefined)
      throw new CommandError("USAGE", "--token-file needs --gateway", "the socket needs no token");
    const socket = gatewaySocketPath(layout.stateDirectory, environment);
    return { client: createGatewayClient({ socket, timeoutMs }), place: { socket } };
  }
  const credential = await readCredential(flags["token-file"], layout, surroundings);
  const client = createGatewayClient({ url, timeoutMs, ...(credential && { credential }) });
  return { client, place: { url } };
}

async function readCredential(
  file: string | undefined,
  { gatewayTokenVariables, gatewayPasswordVariables }: Layout,
  surroundings: Surroundings,
): Promise<Secret<string> | undefined> {
  if (file !== undefined) return readSecret("token-file", file, surroundings);
  const { environment } = surroundings;
  const name = [...gatewayTokenVariables, ...gatewayPasswordVariables].find(
    (variable) => (environment[variable] ?? "").trim() !== "",
  );
  return name === undefined ? undefined : new Secret(environment[name] ?? "");
}

function milliseconds(text: string): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new CommandError("USAGE", "--timeout must be a number of milliseconds", "write 30000 for 30 seconds");
}
