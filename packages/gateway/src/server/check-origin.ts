import { isIP } from "node:net";

/** What a request says about where it comes from and what it takes the server for. */
export interface RequestOrigin {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** The address at which it arrived. */
  readonly localAddress: string | undefined;
}

/**
 * Why a request over TCP is refused before anyone looks at it, or `undefined`. A page of another site can make a
 * browser on this machine send requests: it then says so in `Origin`, or, where its name was rebound to this address,
 * in `Host`.
 *
 * @param boundHost the address the server was told to bind
 * @param allowedHosts `gateway.allowedHosts`: names, with a port or without
 */
export function refuseOrigin(
  { host, origin, localAddress }: RequestOrigin,
  boundHost: string,
  allowedHosts: readonly string[],
): string | undefined {
  const name = hostName(host);
  if (host === undefined || name === undefined) return "the Host header is missing or malformed";
  const known = ["localhost", boundHost, withoutMapping(localAddress ?? "")];
  const isAllowed =
    known.includes(name) ||
    allowedHosts.some((allowed) => [host.toLowerCase(), name, `[${name}]`].includes(allowed.toLowerCase()));
  if (!isAllowed) return "the Host header names neither this address nor an entry of gateway.allowedHosts";
  if (origin !== undefined && !sameOrigin(origin, host)) return "the Origin header names another site";
  return undefined;
}

/** The name in a Host header, without the port; of an IPv6 address without brackets. */
function hostName(host: string | undefined): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+))(?::\d{1,5})?$/i.exec(host ?? "") ?? [];
  if (address !== undefined) return isIP(address) === 6 ? address.toLowerCase() : undefined;
  return name?.toLowerCase();
}

/** An IPv4 address as a socket of both families shows it, in its own form. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "").toLowerCase();
}

function sameOrigin(origin: string, host: string): boolean {
  return [`http://${host}`, `https://${host}`].some((own) => own.toLowerCase() === origin.toLowerCase());
}
