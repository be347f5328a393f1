import type { Surroundings } from "../console.ts";
import {
  connectGateway,
  QUICK_TIMEOUT_MS,
  type GatewayConnection,
  type GatewayFlags,
} from "../gateway/gateway-connection.ts";
import { openInstallation, type Installation } from "../installation.ts";
import { localInputs } from "./local-inputs.ts";
import type { LocalInputs } from "./types.ts";

/** What a command on credentials works with. */
export interface CommandPath {
  readonly installation: Installation;
  readonly inputs: LocalInputs;
  readonly connection: GatewayConnection;
}

/** Reads the installation that the flags mean, and finds its gateway; asks it nothing yet. */
export async function openCommandPath(flags: GatewayFlags, surroundings: Surroundings): Promise<CommandPath> {
  const installation = openInstallation(flags, surroundings);
  const inputs = localInputs(installation);
  const connection = await connectGateway(flags, surroundings, QUICK_TIMEOUT_MS);
  return { installation, inputs, connection };
}
