import { statSync } from "node:fs";
import { gatewayError } from "./errors.ts";

/**
 * Refuses a socket that another user made: its gateway would be told what is for the own one alone. Nobody but its owner
 * and root can use the socket of an honest gateway, so that this keeps none of them out. Whoever is root speaks for all
 * users, and root's own sockets serve everyone.
 *
 * @throws DurarError `GATEWAY_SOCKET_OWNER`
 */
export function checkSocketOwner(socketPath: string): void {
  const user = process.geteuid?.();
  if (user === undefined || user === 0) return;
  const owner = ownerOf(socketPath);
  if (owner === undefined || owner === user || owner === 0) return;
  throw gatewayError("GATEWAY_SOCKET_OWNER", `the socket ${socketPath} belongs to user ${owner}`);
}

/** Nobody where it cannot be looked at, which connecting then says. */
function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}
