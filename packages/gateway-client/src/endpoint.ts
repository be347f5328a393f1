import type { Secret } from "@durar/secretref-schema";
import { gatewayError } from "./errors.ts";
import { fitsSocket } from "./socket-path.ts";

/** How to reach a gateway on this machine; the permissions of the socket are the authentication. */
export interface SocketAddress {
  /** The socket's path, as `gatewaySocketPath` gives it. */
  readonly socket: string;
}

/** How to reach a gateway over TCP. */
export interface UrlAddress {
  /** `https://host:port`, or `http://` where the host is this machine: `localhost`, `127.0.0.0/8` or `[::1]`. */
  readonly url: string;
  /** The gateway's token or password, revealed at each call that needs it, and sent as UTF-8. */
  readonly credential?: Secret<string> | undefined;
}

/** An address that has been checked. */
export interface Endpoint {
  /** The socket's path, or host and port, for messages. */
  readonly place: string;
  readonly secure: boolean;
  /** Where Node is to connect to. */
  readonly target: { readonly socketPath: string } | { readonly hostname: string; readonly port: number };
  /** The `Host` header. */
  readonly host: string;
  readonly credential: Secret<string> | undefined;
}

/** Checks an address. No error shows any part of a URL that could be a credential. */
export function readAddress(address: SocketAddress | UrlAddress): Endpoint {
  return "socket" in address ? readSocket(address.socket) : readUrl(address.url, address.credential);
}

function readSocket(socketPath: string): Endpoint {
  // Node would take an empty path for port 80 of this machine, and connect to the first bytes of one too long.
  if (!fitsSocket(socketPath))
    throw gatewayError("GATEWAY_SOCKET_PATH", `no socket can have the path ${JSON.stringify(socketPath)}`);
  const target = { socketPath };
  return { place: socketPath, secure: false, target, host: "localhost", credential: undefined };
}

function readUrl(text: string, credential: Secret<string> | undefined): Endpoint {
  // The parser's own error quotes the text, which may hold a password.
  if (!URL.canParse(text)) throw invalidUrl("is none");
  const url = new URL(text);
  const secure = url.protocol === "https:";
  if (!secure && url.protocol !== "http:") throw invalidUrl("is neither http: nor https:");
  if (url.username !== "" || url.password !== "")
    throw invalidUrl("holds a user or password", "give the credential on its own, and the URL without it");
  if (url.pathname !== "/" || /[?#]/.test(text)) throw invalidUrl("goes on after host and port");
  if (url.port === "0") throw invalidUrl("has port 0");
  if (!secure && !isLoopback(url.hostname))
    throw gatewayError("GATEWAY_URL_INSECURE", `the gateway at ${url.host} would be reached unencrypted`);
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const place = url.port === "" ? `${url.host}:${port}` : url.host;
  return { place, secure, target: { hostname, port }, host: url.host, credential };
}

function invalidUrl(problem: string, hint?: string): Error {
  return gatewayError("GATEWAY_URL_INVALID", `the gateway's URL ${problem}`, { hint });
}

/** The URL parser has brought every spelling of an IPv4 address into one form. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
