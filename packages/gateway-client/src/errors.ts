import { DurarError, type ErrorKind } from "@durar/secretref-schema";

interface GatewayClientErrorRow {
  readonly kind: ErrorKind;
  /** When it is given. */
  readonly when: string;
  /** What to do, where the thrower knows nothing better. */
  readonly hint: string;
}

function row(kind: ErrorKind, when: string, hint: string): GatewayClientErrorRow {
  return Object.freeze({ kind, when, hint });
}

/** Every code this package throws. The set is closed. */
export const GATEWAY_CLIENT_ERRORS = Object.freeze({
  GATEWAY_UNREACHABLE: row(
    "unavailable",
    "nothing listens there, the connection is refused or breaks, or the gateway is shutting down",
    "start the gateway, or correct the address",
  ),
  GATEWAY_TIMEOUT: row(
    "unavailable",
    "no whole answer came in time, or an event stream fell silent",
    "try again, or allow more time",
  ),
  GATEWAY_ABORTED: row("unavailable", "the caller's signal ended the call", "try again"),
  GATEWAY_UNAUTHORIZED: row(
    "denied",
    "the gateway refuses the credential, misses one, or no header can carry it",
    "give the gateway's current token or password",
  ),
  GATEWAY_FORBIDDEN: row(
    "denied",
    "the gateway does not serve this over TCP, or not under this host name",
    "use the gateway's socket, or a host name listed in gateway.allowedHosts",
  ),
  GATEWAY_RATE_LIMITED: row(
    "denied",
    "too many attempts with a wrong credential",
    "correct the credential, and wait a minute",
  ),
  GATEWAY_REQUEST_FAILED: row(
    "unavailable",
    "the gateway answers a call with an error",
    "correct what the failures name, and try again",
  ),
  GATEWAY_PROTOCOL: row(
    "internal",
    "an answer, or the parameters of a call, are not what the protocol says",
    "check that a Durar gateway of the same version answers there",
  ),
  GATEWAY_SOCKET_OWNER: row(
    "denied",
    "the socket was made by another user, whose gateway is not this user's",
    "find out who listens there: this user's gateway makes a socket of its own",
  ),
  GATEWAY_URL_INVALID: row(
    "invalid-config",
    "the URL is not http:// or https:// with a host and a port alone",
    "write it as https://host:port",
  ),
  GATEWAY_URL_INSECURE: row(
    "denied",
    "the URL is http: and its host is not this machine",
    "use https:, or reach the gateway through a tunnel that ends on this machine",
  ),
  GATEWAY_SOCKET_PATH: row(
    "invalid-config",
    "the socket's path is empty or longer than a socket's path may be",
    "set XDG_RUNTIME_DIR, or choose a state directory with a shorter path",
  ),
} as const satisfies Record<string, GatewayClientErrorRow>);

/** A code of {@link GATEWAY_CLIENT_ERRORS}. */
export type GatewayClientErrorCode = keyof typeof GATEWAY_CLIENT_ERRORS;

/** The error of a code, with the table's kind and, where none is given, its hint. */
export function gatewayError(
  code: GatewayClientErrorCode,
  message: string,
  details: { readonly hint?: string | undefined; readonly cause?: Error | undefined } = {},
): DurarError<GatewayClientErrorCode> {
  const { kind, hint } = GATEWAY_CLIENT_ERRORS[code];
  return new DurarError({ code, kind, message, hint: details.hint ?? hint, cause: details.cause });
}
