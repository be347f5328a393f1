import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Server } from "node:http";
import type { EventHub } from "./event-hub.ts";
import { EventStream } from "./event-stream.ts";
import { createHttpApp, refuse } from "./http-app.ts";
import { HTTP_LIMITS, type HttpLimits } from "./http-limits.ts";
import type { Metrics } from "./metrics.ts";
import { answerRpc, type RpcOutcome } from "./rpc.ts";
import type { RpcMethods } from "./rpc-method.ts";
import { bearerOf, type Refusal, type TcpGuard, type TcpRequest } from "./tcp-guard.ts";

/** What a server serves. */
export interface Service {
  readonly methods: RpcMethods;
  readonly events: EventHub;
  readonly metrics: Metrics;
  /** Whether a snapshot is in force, and how it stands. */
  readonly readiness: () => { readonly ready: boolean; readonly state: string; readonly generation: number };
  /** Told of every call: the method and what came of it. */
  readonly onCall: (outcome: RpcOutcome, caller: "socket" | "tcp", durationMs: number) => void;
  /** Told of every request that is refused, and whose it was. */
  readonly onRefusal: (refusal: Refusal, remoteAddress: string | undefined) => void;
}

/** The HTTP side of the gateway, over its socket or over TCP. It does not listen by itself. */
export class HttpServer {
  readonly #app: FastifyInstance;
  readonly #service: Service;
  /** Who comes over the socket was let in by the file system; over TCP each request is judged. */
  readonly #guard: TcpGuard | undefined;
  readonly #limits: HttpLimits;
  /** What each path needs; anything else needs as much as any. */
  readonly #access = new Map<string | undefined, TcpRequest["access"]>();
  readonly #streams = new Map<EventStream, string | undefined>();
  #closed: Promise<void> | undefined;

  constructor(service: Service, guard?: TcpGuard, limits: HttpLimits = HTTP_LIMITS) {
    this.#service = service;
    this.#guard = guard;
    this.#limits = limits;
    this.#app = createHttpApp(limits);
    if (guard !== undefined) this.#app.server.maxConnections = limits.tcpConnections;
    this.#app.addHook("onRequest", (request, reply) => this.#admit(request, reply));
    this.#app.addHook("onSend", async (_request, reply) => {
      // A connection that is kept would keep the server from closing.
      if (this.#closed !== undefined) reply.header("connection", "close");
    });
    this.#route("GET", "/healthz", "open", () => this.#health());
    this.#route("GET", "/readyz", "open", (_request, reply) => {
      const readiness = this.#service.readiness();
      return reply.code(readiness.ready ? 200 : 503).send(readiness);
    });
    this.#route("GET", "/metrics", "full", async (_request, reply) => {
      const { metrics } = this.#service;
      return reply.type(metrics.contentType).send(await metrics.text());
    });
    this.#route("POST", "/rpc", "limited", (request, reply) => this.#call(request, reply));
    this.#route("GET", "/events", "full", (request, reply) => this.#stream(request, reply));
  }

  /** Makes everything ready; the server itself is then to listen. */
  async ready(): Promise<Server> {
    await this.#app.ready();
    return this.#app.server;
  }

  #route(
    method: "GET" | "POST",
    url: string,
    access: TcpRequest["access"],
    handler: (request: FastifyRequest, reply: FastifyReply) => unknown,
  ): void {
    this.#access.set(url, access);
    // A stream of events that nobody is to get would stay open.
    const exposeHeadRoute = url !== "/events";
    this.#app.route({
      ...{ method, url, exposeHeadRoute },
      handler: async (request, reply) => handler(request, reply),
    });
  }

  /** Judges a request by its head, before anything of its body is read. */
  async #admit(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    reply.header("cache-control", "no-store");
    if (this.#closed !== undefined) return refuse(reply, 503);
    const { host, authorization } = request.raw.headersDistinct;
    const { localAddress, remoteAddress } = request.socket;
    const refusal = this.#guard?.refuse({
      host: onlyOne(host),
      origin: request.headers.origin,
      authorization: onlyOne(authorization),
      ...{ localAddress, remoteAddress, access: this.#access.get(request.routeOptions.url) ?? "full" },
    });
    if (refusal === undefined) return undefined;
    this.#service.onRefusal(refusal, remoteAddress);
    if (refusal.status === 401) reply.header("www-authenticate", "Bearer");
    if (refusal.retryAfterSeconds !== undefined) reply.header("retry-after", refusal.retryAfterSeconds);
    return refuse(reply, refusal.status, refusal.reason);
  }

  /** Over the socket it also says which process this is, which is how a second gateway knows the first. */
  #health(): object {
    return this.#guard === undefined ? { ok: true, pid: process.pid } : { ok: true };
  }

  async #call(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { body } = request;
    // Nothing was parsed: neither a body nor its type was given.
    if (!Buffer.isBuffer(body)) return refuse(reply, 415);
    const { methods, onCall } = this.#service;
    const served = this.#guard?.isLimited === true ? limitedTo(methods, "secrets.status") : methods;
    const caller = this.#guard === undefined ? "socket" : "tcp";
    const startedAt = performance.now();
    const gone = new AbortController();
    reply.raw.once("close", () => gone.abort());
    const outcome = await answerRpc(body, served, { caller, signal: gone.signal });
    onCall(outcome, caller, Math.round(performance.now() - startedAt));
    return outcome.answer === undefined ? reply.code(204).send() : reply.send(outcome.answer);
  }

  #stream(request: FastifyRequest, reply: FastifyReply): void {
    reply.hijack();
    const stream = new EventStream(reply.raw, this.#limits.heartbeatMs);
    this.#streams.set(stream, bearerOf(request.headers.authorization));
    const unsubscribe = this.#service.events.subscribe((event) => stream.send(event));
    reply.raw.on("close", () => {
      unsubscribe();
      this.#streams.delete(stream);
    });
  }

  /** Ends every event stream whose credential is not accepted any more. */
  recheckStreams(): void {
    for (const [stream, credential] of this.#streams)
      if (this.#guard !== undefined && !this.#guard.accepts(credential)) stream.close();
  }

  /** Gives the address free; connections that are open are served on. */
  async stopListening(): Promise<void> {
    this.#app.server.close();
    // The system gives it free with the next turn.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Takes no more requests, lets those that are being served end, within bounds, and ends the event streams. */
  async close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    for (const stream of this.#streams.keys()) stream.close();
    const { server } = this.#app;
    const deadline = setTimeout(() => server.closeAllConnections(), this.#limits.drainMs);
    await this.#app.close();
    clearTimeout(deadline);
  }
}

/** What a header says that must not be there twice. */
function onlyOne(values: readonly string[] | undefined): string | undefined {
  return values?.length === 1 ? values[0] : undefined;
}

function limitedTo(methods: RpcMethods, name: keyof RpcMethods): RpcMethods {
  const { [name]: method } = methods;
  return method === undefined ? {} : { [name]: method };
}
