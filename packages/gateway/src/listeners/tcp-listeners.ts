import type { Admission } from "@durar/snapshot";
import { gatewayError } from "../errors.ts";
import type { TcpAddress } from "../inputs/listen-settings.ts";
import type { HttpServer } from "../server/http-server.ts";
import { listenOnTcp } from "./listen.ts";

interface Listener {
  /** What was asked for; the port may be 0. */
  readonly asked: TcpAddress;
  /** What it has got. */
  readonly address: TcpAddress;
  readonly server: HttpServer;
}

/** The gateway's TCP listener, and how it gives way to another one. */
export class TcpListeners {
  readonly #createServer: (host: string) => HttpServer;
  /** Servers that let the requests they have end. */
  readonly #leaving = new Set<Promise<void>>();
  #current: Listener | undefined;
  #isClosed = false;

  /** @param createServer makes the server for an address; it need not listen yet */
  constructor(createServer: (host: string) => HttpServer) {
    this.#createServer = createServer;
  }

  /** Where it listens; `undefined` where it does not. */
  get address(): TcpAddress | undefined {
    return this.#isClosed ? undefined : this.#current?.address;
  }

  /** Listens for the first time. */
  async open(asked: TcpAddress | undefined): Promise<void> {
    this.#current = asked && (await this.#listen(asked, asked));
  }

  recheckStreams(): void {
    this.#current?.server.recheckStreams();
  }

  /**
   * Makes a change of address ready before anything else is changed. Where the new address is free of the old one, both
   * are open until it is decided; else the old one is closed first, and opened again if it comes to nothing.
   *
   * @param renew whether to begin anew on the same address too
   * @throws DurarError `GATEWAY_LISTEN_FAILED`, and the old one is as it was
   */
  async change(asked: TcpAddress | undefined, renew: boolean): Promise<Admission> {
    const old = this.#current;
    const isSame = asked?.host === old?.asked.host && asked?.port === old?.asked.port;
    if (isSame && !renew) return { published: () => undefined, abandoned: () => undefined };
    // A port that was picked is kept.
    const target = isSame && old !== undefined ? old.address : asked;
    const inTheWay = old !== undefined && target !== undefined && overlap(old.address, target);
    if (inTheWay) await old.server.stopListening();
    let next: Listener | undefined;
    try {
      next = target && (await this.#listen(asked ?? target, target));
    } catch (error) {
      if (inTheWay) await this.#reopen(old);
      throw error;
    }
    return {
      published: () => {
        this.#retire(old);
        this.#current = next;
        if (this.#isClosed) this.#retire(next);
      },
      abandoned: async () => {
        await next?.server.stopListening();
        this.#retire(next);
        if (inTheWay) await this.#reopen(old);
      },
    };
  }

  /** Listens no more, now or later, and waits until everything that is being served has ended, within bounds. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#retire(this.#current);
    await Promise.all(this.#leaving);
  }

  async #listen(asked: TcpAddress, target: TcpAddress): Promise<Listener> {
    const server = this.#createServer(target.host);
    try {
      const address = await listenOnTcp(await server.ready(), target);
      if (!this.#isClosed) return { asked, address, server };
      throw gatewayError("GATEWAY_LISTEN_FAILED", "the gateway is stopping");
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  /** What went wrong before is told, and not that the address was taken meanwhile: the next activation tries again. */
  async #reopen({ asked, address, server }: Listener): Promise<void> {
    this.#current = await this.#listen(asked, address).catch(() => undefined);
    this.#retire({ asked, address, server });
  }

  #retire(listener: Listener | undefined): void {
    if (listener === undefined) return;
    const left = listener.server.close().finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }
}

/** Whether two addresses cannot both be listened on. */
function overlap(one: TcpAddress, other: TcpAddress): boolean {
  const isWildcard = ({ host }: TcpAddress): boolean => host === "0.0.0.0" || host === "::";
  return one.port === other.port && (one.host === other.host || isWildcard(one) || isWildcard(other));
}
