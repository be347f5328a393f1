import { isIPv6 as isAddress } from "node:net";

/** Where an ssh sandbox is. */
export interface SshTarget {
  readonly user: string | undefined;
  /** A name or an address; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

const USER = /^[A-Za-z0-9_.][A-Za-z0-9_.@+-]{0,127}$/;
const HOST = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}$/;
const PORT = /^[1-9][0-9]{0,4}$/;

const ZONE = /^[A-Za-z0-9_.-]{1,64}$/;

/** An IPv6 address, with its zone where it has one. What a zone may be, not every version of Node looks at. */
function isIPv6(text: string): boolean {
  const [address = "", zone, ...more] = text.split("%");
  return isAddress(address) && more.length === 0 && (zone === undefined || ZONE.test(zone));
}

/**
 * Reads `host`, `user@host`, `user@host:port`; an IPv6 address in brackets, or bare where no port follows. Nothing that
 * ssh could take for anything but a name, an address or a port is accepted.
 *
 * @returns `undefined` for any other text
 */
export function parseSshTarget(text: string): SshTarget | undefined {
  const at = text.lastIndexOf("@");
  const user = at < 0 ? undefined : text.slice(0, at);
  if (user !== undefined && !USER.test(user)) return undefined;
  const place = text.slice(at + 1);
  if (isIPv6(place)) return { user, host: place, port: undefined };
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(place);
  const [, host = "", port] = bracketed ?? /^([^:]*)(?::(.*))?$/s.exec(place) ?? [];
  if (!(bracketed === null ? HOST.test(host) : isIPv6(host))) return undefined;
  if (port === undefined) return { user, host, port };
  return PORT.test(port) && Number(port) <= 65_535 ? { user, host, port: Number(port) } : undefined;
}
