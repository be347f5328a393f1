import { join } from "node:path";
import { isDurarError } from "@durar/secretref-schema";
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
  readonly connection: AskedGateway;
}

/** A gateway that is asked for what it has, and for no more. */
export type AskedGateway = Pick<GatewayConnection, "place"> & {
  readonly client: Pick<GatewayConnection["client"], "call">;
};

/** Reads the installation that the flags mean, and finds its gateway; asks it nothing yet. */
export async function openCommandPath(flags: GatewayFlags, surroundings: Surroundings): Promise<CommandPath> {
  const installation = openInstallation(flags, surroundings);
  const inputs = localInputs(installation);
  const connection = await connectGateway(flags, surroundings, QUICK_TIMEOUT_MS).catch((error: unknown) =>
    withoutSocket(error, installation),
  );
  return { installation, inputs, connection };
}

/** Where no socket can have its path, no gateway is reached; what this shell can tell is told all the same. */
function withoutSocket(error: unknown, { layout }: Installation): AskedGateway {
  if (!isDurarError(error) || error.code !== "GATEWAY_SOCKET_PATH") throw error;
  return {
    client: { call: () => Promise.reject(error) },
    place: { socket: join(layout.stateDirectory, "gateway.sock") },
  };
}
