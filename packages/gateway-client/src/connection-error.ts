import { isDurarError, type DurarError } from "@durar/secretref-schema";
import type { Endpoint } from "./endpoint.ts";
import { gatewayError } from "./errors.ts";

/**
 * The error for what Node says of a connection. Only a system error becomes the cause: a parser's carries what the
 * other side sent, a TLS error the certificate.
 */
export function connectionError({ place, secure }: Endpoint, error: unknown): DurarError {
  if (isDurarError(error)) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const name = code ?? "unknown";
  if (name.startsWith("HPE_"))
    return gatewayError("GATEWAY_PROTOCOL", `what answers at ${place} does not speak HTTP (${name})`);
  if (name === "ECONNRESET" || name === "EPIPE")
    return gatewayError(
      "GATEWAY_UNREACHABLE",
      `the connection to the gateway at ${place} broke (${name})`,
      syscall === undefined ? {} : { cause: error as Error },
    );
  const cause = syscall === undefined || secure ? undefined : (error as Error);
  return gatewayError("GATEWAY_UNREACHABLE", `the gateway at ${place} cannot be reached (${name})`, {
    cause,
    hint: hintFor(name, secure && syscall === undefined),
  });
}

function hintFor(name: string, tls: boolean): string | undefined {
  if (tls) return "check the gateway's certificate, and the authorities this process trusts";
  if (name === "EACCES" || name === "EPERM") return "run this as the user that runs the gateway";
  return undefined;
}
