import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gatewayError } from "../errors.ts";
import type { TcpAddress } from "../inputs/listen-settings.ts";

/**
 * Listens on a TCP address.
 *
 * @returns the address with the port it has got
 * @throws DurarError `GATEWAY_LISTEN_FAILED`
 */
export async function listenOnTcp(server: Server, { host, port }: TcpAddress): Promise<TcpAddress> {
  await listening(server, () => server.listen({ host, port, exclusive: true }), `${host} port ${port}`);
  return { host, port: (server.address() as AddressInfo).port };
}

/**
 * Listens on a Unix socket that nobody but this user can connect to.
 *
 * @throws DurarError `GATEWAY_LISTEN_FAILED`
 */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  await listening(
    server,
    () => {
      // The file is made before `listen` returns, so that nobody else is affected, and never exists with other permissions.
      const umask = process.umask(0o177);
      try {
        server.listen({ path });
      } finally {
        process.umask(umask);
      }
    },
    path,
  );
}

async function listening(server: Server, begin: () => void, where: string): Promise<void> {
  try {
    const begun = once(server, "listening");
    begin();
    await begun;
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw gatewayError("GATEWAY_LISTEN_FAILED", `cannot listen on ${where}: ${code}`, {
      cause: error as Error,
    });
  }
}
