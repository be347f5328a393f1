import { gatewayError } from "./errors.ts";
import { RunningGateway } from "./running-gateway.ts";
import type { Gateway, GatewayOptions } from "./types.ts";

/**
 * Starts a gateway: activates the secrets with nothing bound yet, then listens on the socket of the state directory and,
 * where configured, on TCP.
 *
 * @throws DurarError: `GATEWAY_STOPPED` where the signal ended it, one of `@durar/snapshot` with every reason in its
 * `failures` where the secrets cannot be activated, or another of `GATEWAY_ERRORS`; nothing is left behind
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { signal } = options;
  const running = new RunningGateway({ ...options });
  try {
    await running.start();
    signal?.throwIfAborted();
    return running;
  } catch (error) {
    await running.close();
    if (signal?.aborted !== true) throw error;
    throw gatewayError("GATEWAY_STOPPED", "the gateway was stopped while it started");
  }
}
