import { ask } from "./ask.ts";
import { readAddress, type SocketAddress, type UrlAddress } from "./endpoint.ts";
import { gatewayError } from "./errors.ts";
import type { GatewayEvent, GatewayMethod, GatewayMethods } from "./methods.ts";
import { readHealth, readReadiness, type GatewayHealth, type GatewayReadiness } from "./probes.ts";
import { cleanReceivedText } from "./received-text.ts";
import { encodeCall, readAnswer } from "./rpc.ts";
import { watchEvents } from "./watch-events.ts";

/** How long a request may take where nothing else is said. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** Three of the heartbeats that a gateway sends every 15 seconds. */
const DEFAULT_SILENCE_MS = 45_000;

/** Where the gateway is, by socket or by URL, and how patient to be with it. */
export type GatewayClientOptions = (SocketAddress | UrlAddress) & {
  /** Milliseconds for a request, from connecting to the last byte of the answer. @default 10000 */
  readonly timeoutMs?: number | undefined;
};

/** What a single request may take. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; for events, how long the gateway may send nothing. @default the client's, or 45000 for events */
  readonly timeoutMs?: number | undefined;
}

/**
 * Talks to one gateway. Each request has a connection of its own, closed when the request ends, and none is repeated.
 * Every request may throw a DurarError of the table `GATEWAY_CLIENT_ERRORS`, and nothing else.
 */
export interface GatewayClient {
  /**
   * Calls a method and answers its result, of which only the JSON-RPC envelope is checked: its form is taken on trust
   * from a gateway that has the caller's trust with secrets. At most 16 MiB.
   *
   * @throws GatewayRequestError (`GATEWAY_REQUEST_FAILED`) where the gateway answers with an error
   */
  call<Method extends GatewayMethod>(
    method: Method,
    params: GatewayMethods[Method]["params"],
    options?: RequestOptions,
  ): Promise<GatewayMethods[Method]["result"]>;
  /** Asks whether the process is up. Sends no credential. */
  health(options?: RequestOptions): Promise<GatewayHealth>;
  /** Asks whether a snapshot of secrets is in force; that none is, is an answer too. Sends no credential. */
  ready(options?: RequestOptions): Promise<GatewayReadiness>;
  /**
   * The gateway's events from now on. Connects when iterated, and ends when the gateway ends the stream or the caller
   * leaves the loop; whoever wants to go on after that iterates again. Events in between are lost, so ask
   * `secrets.status` for the recent ones.
   */
  events(options?: RequestOptions): AsyncIterable<GatewayEvent>;
}

/**
 * Makes a client of a gateway. Connects to nothing until it is used.
 *
 * @throws DurarError `GATEWAY_URL_INVALID`, `GATEWAY_URL_INSECURE` or `GATEWAY_SOCKET_PATH`
 */
export function createGatewayClient(options: GatewayClientOptions): GatewayClient {
  const endpoint = readAddress(options);
  const clean = cleanReceivedText(endpoint.credential);
  const { timeoutMs: usualMs = DEFAULT_TIMEOUT_MS } = options;
  let calls = 0;

  async function probe<Answer>(
    path: string,
    statuses: readonly number[],
    read: (body: unknown) => Answer | undefined,
    { signal, timeoutMs = usualMs }: RequestOptions,
  ): Promise<Answer> {
    const request = { method: "GET", path, accept: "application/json", authorized: false } as const;
    const answer = read(await ask(endpoint, request, { timeoutMs, signal, statuses }));
    if (answer !== undefined) return answer;
    throw gatewayError("GATEWAY_PROTOCOL", `what answers at ${endpoint.place} sent no answer of ${path}`);
  }

  return Object.freeze<GatewayClient>({
    async call<Method extends GatewayMethod>(
      method: Method,
      params: GatewayMethods[Method]["params"],
      { signal, timeoutMs = usualMs }: RequestOptions = {},
    ) {
      calls += 1;
      const call = { method, params, id: calls };
      const body = Buffer.from(encodeCall(call));
      const answer = await ask(
        endpoint,
        { method: "POST", path: "/rpc", accept: "application/json", authorized: true, body },
        { timeoutMs, signal, statuses: [200] },
      );
      return readAnswer(call, answer, endpoint.place, clean) as GatewayMethods[Method]["result"];
    },
    health: (limits = {}) => probe("/healthz", [200], readHealth, limits),
    ready: (limits = {}) => probe("/readyz", [200, 503], readReadiness, limits),
    events: ({ signal, timeoutMs = DEFAULT_SILENCE_MS } = {}) =>
      watchEvents(endpoint, clean, { timeoutMs, signal }),
  });
}
