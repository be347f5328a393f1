import { isIP, isIPv6, SocketAddress } from "node:net";
import { valueAt } from "@durar/credential-surface";
import { gatewayError } from "../errors.ts";

/** Where the gateway listens besides its socket. */
export interface TcpAddress {
  /** An IP address. */
  readonly host: string;
  /** 0 has the system pick a free one. */
  readonly port: number;
}

/** A word such as another program may know. What is none is not named: it may be a secret in the wrong place. */
const BIND_WORD = /^[a-z]{1,20}$/i;

/**
 * Where a configuration has the gateway listen on TCP; `undefined` where it does not.
 *
 * @param port what the command line says; it comes before `gateway.port`
 * @throws DurarError `GATEWAY_BIND_UNSUPPORTED` for a word that is none of `loopback`, `lan` or an address
 */
export function listenSettings(config: unknown, port?: number): TcpAddress | undefined {
  const configured = valueAt(config, ["gateway", "port"]);
  const chosen = port ?? (typeof configured === "number" ? configured : undefined);
  return chosen === undefined ? undefined : { host: bindHost(config), port: chosen };
}

function bindHost(config: unknown): string {
  const bind = valueAt(config, ["gateway", "bind"]) ?? "loopback";
  if (bind === "loopback") return "127.0.0.1";
  if (bind === "lan") return "0.0.0.0";
  if (typeof bind === "string" && isIP(bind) !== 0) return canonical(bind);
  const word = typeof bind === "string" && BIND_WORD.test(bind) ? ` "${bind}"` : "";
  throw gatewayError("GATEWAY_BIND_UNSUPPORTED", `gateway.bind${word} is not supported`, {
    paths: ["gateway.bind"],
  });
}

/** One spelling for each address, so that two listeners on the same one are seen to be in each other's way. */
function canonical(address: string): string {
  // A zone is of this machine, and no part of the address.
  if (!isIPv6(address) || address.includes("%")) return address;
  const { address: shortest } = new SocketAddress({ address, family: "ipv6" });
  return shortest.replace(/^::ffff:(?=\d+\.)/, "");
}

/** Whether only processes of this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === "::1" || host.startsWith("127.");
}
