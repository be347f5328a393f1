import { isDurarError, Secret } from "@durar/secretref-schema";
import { assertNoLeak, canary, notRoot, temporaryDirectory, testWith, writePrivate } from "@durar/testing";
import { chmod } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorOf } from "./fixtures/outcomes.ts";
import { httpServer, rawServer, sendJson, sendRpc, socketServer } from "./fixtures/servers.ts";
import { createGatewayClient, type GatewayClient } from "./index.ts";

/** Calls with a credential, and answers the error, in no form of which the credential is. */
async function errorOver(
  url: string,
  secret: string,
  call: (client: GatewayClient) => Promise<unknown> = (client) => client.call("secrets.status", {}),
): Promise<unknown> {
  const client = createGatewayClient({ url, credential: new Secret(secret), timeoutMs: 20_000 });
  const outcome = await assertNoLeak(secret, () => call(client));
  return outcome.threw ? outcome.error : undefined;
}

describe("a status that says a request was not dispatched is an error of its own", () => {
  test.each([
    [401, "GATEWAY_UNAUTHORIZED", "denied"],
    [403, "GATEWAY_FORBIDDEN", "denied"],
    [429, "GATEWAY_RATE_LIMITED", "denied"],
    [503, "GATEWAY_UNREACHABLE", "unavailable"],
    [413, "GATEWAY_PROTOCOL", "internal"],
    [204, "GATEWAY_PROTOCOL", "internal"],
    [404, "GATEWAY_PROTOCOL", "internal"],
    [500, "GATEWAY_PROTOCOL", "internal"],
  ])("%i is %s", async (status, code, kind) => {
    const secret = canary();
    const server = await httpServer(({ headers }, response) =>
      response.writeHead(status, { "x-echo": headers.authorization }).end(`no: ${headers.authorization}`),
    );
    const error = await errorOver(server.url, secret);
    expect(isDurarError(error)).toBe(true);
    expect(error).toMatchObject({
      code,
      kind,
      message: expect.stringContaining(`:${server.port}`) as string,
    });
  });

  test("what comes with such a status is not waited for, and the connection is closed", async () => {
    const server = await httpServer((_request, response) => response.writeHead(401).write("no"));
    expect(await errorOver(server.url, canary())).toMatchObject({ code: "GATEWAY_UNAUTHORIZED" });
    await server.idle;
  });

  test("a redirect is not followed, and where it leads is not shown", async () => {
    const secret = canary();
    const server = await httpServer(({ url, headers }, response) =>
      response.writeHead(307, { location: `${url}?token=${headers.authorization}` }).end(),
    );
    expect(await errorOver(server.url, secret)).toMatchObject({
      code: "GATEWAY_PROTOCOL",
      message: `what answers at 127.0.0.1:${server.port} gave HTTP status 307`,
    });
    expect(server.seen).toHaveLength(1);
  });
});

describe("an answer that is not what the protocol says is GATEWAY_PROTOCOL, and nothing of it is shown", () => {
  type Fields = (secret: string, id: unknown) => unknown;
  test.each<[string, Fields]>([
    ["with another id", (secret, id) => ({ jsonrpc: "2.0", id: `${String(id)}${secret}`, result: {} })],
    ["with no id", () => ({ jsonrpc: "2.0", result: {} })],
    ["with a result and no id but null", () => ({ jsonrpc: "2.0", id: null, result: {} })],
    ["of another version", (secret, id) => ({ jsonrpc: secret, id, result: {} })],
    ["with neither result nor error", (_secret, id) => ({ jsonrpc: "2.0", id })],
    [
      "with both result and error",
      (_secret, id) => ({ jsonrpc: "2.0", id, result: {}, error: { code: 1, message: "m" } }),
    ],
    ["with an error that is a text", (secret, id) => ({ jsonrpc: "2.0", id, error: secret })],
    ["with an error without code", (secret, id) => ({ jsonrpc: "2.0", id, error: { message: secret } })],
    ["with an error without message", (_secret, id) => ({ jsonrpc: "2.0", id, error: { code: -1 } })],
    ["that is a batch", (_secret, id) => [{ jsonrpc: "2.0", id, result: {} }]],
    ["that is a text", (secret) => secret],
    ["that is null", () => null],
  ])("one %s", async (_title, answer) => {
    const secret = canary();
    const server = await httpServer(({ body }, response) =>
      sendJson(response, answer(secret, (JSON.parse(body) as { id: unknown }).id)),
    );
    expect(await errorOver(server.url, secret)).toMatchObject({
      code: "GATEWAY_PROTOCOL",
      message: `the answer from 127.0.0.1:${server.port} is not the JSON-RPC answer to secrets.status`,
    });
  });

  test.each<[string, (secret: string) => string | Uint8Array]>([
    ["no JSON", (secret) => `{"token": ${secret}`],
    ["empty", () => ""],
    ["no UTF-8", (secret) => Buffer.concat([Buffer.from(`"${secret}`), Buffer.from([0xff, 0x22])])],
    ["nested too deep for a parser", () => "[".repeat(1_000_000)],
  ])("a body that is %s", async (_title, body) => {
    const secret = canary();
    const server = await httpServer((_request, response) => response.end(body(secret)));
    const error = await errorOver(server.url, secret);
    expect(error).toMatchObject({
      code: "GATEWAY_PROTOCOL",
      message: `the answer of the gateway at 127.0.0.1:${server.port} is not JSON in UTF-8`,
    });
    expect(error).toHaveProperty("cause", undefined);
  });

  test("a body of more than 16 MiB is read no further, whatever length it claims", async () => {
    const server = await httpServer((_request, response) => {
      const piece = Buffer.alloc(1024 * 1024, " ");
      const pour = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.on("drain", pour);
      pour();
    });
    expect(await errorOver(server.url, canary())).toMatchObject({
      code: "GATEWAY_PROTOCOL",
      message: expect.stringContaining("larger than 16 MiB") as string,
    });
    await server.idle;
  });

  test("a body of exactly 16 MiB is read", async () => {
    const server = await httpServer(({ body }, response) => {
      const { id } = JSON.parse(body) as { id: unknown };
      const answer = JSON.stringify({ jsonrpc: "2.0", id, result: { ok: true } });
      response.end(answer.padEnd(16 * 1024 * 1024));
    });
    const client = createGatewayClient({ url: server.url, timeoutMs: 20_000 });
    expect(await client.call("secrets.reload", {})).toEqual({ ok: true });
  });

  test.each<[string, (secret: string) => string]>([
    ["that is not HTTP", (secret) => `SSH-2.0-${secret}\r\n\r\n`],
    ["whose head is not HTTP", (secret) => `HTTP/1.1 200 OK\r\n${secret}\r\n\r\n`],
    ["whose head is endless", (secret) => `HTTP/1.1 200 OK\r\nX: ${secret}${"x".repeat(100_000)}`],
    [
      "whose chunks are none",
      (secret) => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${secret}\r\n`,
    ],
    [
      "that switches to another protocol",
      (secret) => `HTTP/1.1 101 ${secret}\r\nConnection: Upgrade\r\nUpgrade: ${secret}\r\n\r\n${secret}`,
    ],
  ])("an answer %s", async (_title, answer) => {
    const secret = canary();
    const server = await rawServer((socket) => socket.write(answer(secret)));
    expect(await errorOver(server.url, secret)).toMatchObject({ code: "GATEWAY_PROTOCOL" });
    await server.idle;
  });

  test.each([
    ["health", { ok: "yes" }],
    ["health", "ok"],
    ["ready", { ready: true, state: "fine", generation: 1 }],
    ["ready", { ready: true, state: "healthy", generation: -1 }],
    ["ready", { ready: "true", state: "healthy", generation: 1 }],
    ["ready", null],
  ] as const)("another body of %s: %j", async (probe, body) => {
    const server = await httpServer((_request, response) => sendJson(response, body));
    expect(await errorOver(server.url, canary(), (client) => client[probe]())).toMatchObject({
      code: "GATEWAY_PROTOCOL",
    });
  });
});

test("parameters that JSON cannot hold are not sent, and not shown", async () => {
  const secret = canary();
  const server = await httpServer((request, response) => sendRpc(request, response, { result: {} }));
  const patch: Record<string, unknown> = {};
  patch[secret] = { patch };
  const error = await errorOver(server.url, secret, (client) =>
    client.call("config.patch", { patch, baseHash: "h" }),
  );
  expect(error).toMatchObject({
    code: "GATEWAY_PROTOCOL",
    message: "the parameters of config.patch cannot be written as JSON",
  });
  expect(server.seen).toEqual([]);
});

test.each(["\n", "\r", "\0", "\x7f"])(
  "a credential with the control character %j is not sent",
  async (character) => {
    const secret = canary();
    const server = await httpServer((request, response) => sendRpc(request, response, { result: {} }));
    const client = createGatewayClient({ url: server.url, credential: new Secret(`${secret}${character}`) });
    const outcome = await assertNoLeak(secret, () => client.call("secrets.status", {}));
    expect(outcome).toMatchObject({ error: { code: "GATEWAY_UNAUTHORIZED" } });
    expect(server.seen).toEqual([]);
  },
);

describe("a gateway that is not there is GATEWAY_UNREACHABLE, which says where it was looked for", () => {
  test("no socket", async () => {
    const socket = join(await temporaryDirectory(), "gateway.sock");
    const error = await errorOf(createGatewayClient({ socket }).health());
    expect(error).toMatchObject({
      code: "GATEWAY_UNREACHABLE",
      kind: "unavailable",
      message: `the gateway at ${socket} cannot be reached (ENOENT)`,
    });
    expect(error.cause).toMatchObject({ code: "ENOENT", syscall: "connect" });
  });

  test("a file where the socket should be", async () => {
    const socket = await writePrivate(join(await temporaryDirectory(), "gateway.sock"), "");
    expect(await errorOf(createGatewayClient({ socket }).health())).toMatchObject({
      code: "GATEWAY_UNREACHABLE",
      message: `the gateway at ${socket} cannot be reached (ECONNREFUSED)`,
    });
  });

  testWith(notRoot, "a socket of somebody else", async () => {
    const { socket } = await socketServer((_request, response) => sendJson(response, { ok: true }));
    await chmod(socket, 0);
    expect(await errorOf(createGatewayClient({ socket }).health())).toMatchObject({
      code: "GATEWAY_UNREACHABLE",
      hint: "run this as the user that runs the gateway",
    });
  });

  test("a port that nobody listens on", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    expect(await errorOver(`http://127.0.0.1:${port}`, canary())).toMatchObject({
      code: "GATEWAY_UNREACHABLE",
      message: `the gateway at 127.0.0.1:${port} cannot be reached (ECONNREFUSED)`,
    });
  });

  test.each<[string, string]>([
    ["before it answers", ""],
    ["in the middle of its answer", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"],
    ["in the middle of a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"],
  ])("one that closes the connection %s", async (_title, answer) => {
    const server = await rawServer((socket) => socket.end(answer));
    expect(await errorOver(server.url, canary())).toMatchObject({
      code: "GATEWAY_UNREACHABLE",
      message: `the connection to the gateway at 127.0.0.1:${server.port} broke (ECONNRESET)`,
    });
  });
});

describe("the deadline covers all of a request", () => {
  const slow = (start: string) => async (): Promise<string> => {
    const server = await rawServer((socket) => {
      socket.write(start);
      const timer = setInterval(() => socket.write(" "), 20);
      socket.on("close", () => clearInterval(timer));
    });
    return server.url;
  };
  test.each<[string, () => Promise<string>]>([
    ["a server that never answers", async () => (await rawServer(() => undefined)).url],
    ["a head that comes a byte at a time", slow("HTTP/1.1 200 OK\r\nX:")],
    ["a body that comes a byte at a time", slow("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")],
  ])("%s", async (_title, serve) => {
    const client = createGatewayClient({ url: await serve(), timeoutMs: 300 });
    const begun = performance.now();
    expect(await errorOf(client.call("secrets.status", {}))).toMatchObject({
      code: "GATEWAY_TIMEOUT",
      kind: "unavailable",
      message: expect.stringContaining("no whole answer within 300 ms") as string,
    });
    expect(performance.now() - begun).toBeGreaterThan(290);
  });

  test("a call may set its own, longer or shorter than the client's", async () => {
    const server = await httpServer((_request, response) => {
      setTimeout(() => sendJson(response, { ok: true }), 150);
    });
    const patient = createGatewayClient({ url: server.url });
    expect(await errorOf(patient.health(Object.freeze({ timeoutMs: 20 })))).toMatchObject({
      code: "GATEWAY_TIMEOUT",
    });
    const hasty = createGatewayClient({ url: server.url, timeoutMs: 20 });
    expect(await hasty.health({ timeoutMs: 20_000 })).toEqual({ ok: true });
  });

  test.each([Infinity, 2 ** 40])("%d ms is a long time, and not none", async (timeoutMs) => {
    const server = await httpServer((_request, response) => {
      setTimeout(() => sendJson(response, { ok: true }), 50);
    });
    expect(await createGatewayClient({ url: server.url, timeoutMs }).health()).toEqual({ ok: true });
  });

  test.each([0, -1, NaN])("%d ms is no time", async (timeoutMs) => {
    const server = await rawServer(() => undefined);
    expect(await errorOf(createGatewayClient({ url: server.url, timeoutMs }).health())).toMatchObject({
      code: "GATEWAY_TIMEOUT",
    });
  });
});

describe("the caller's signal ends a call", () => {
  test("before it has begun, with nothing sent", async () => {
    const server = await httpServer((_request, response) => sendJson(response, { ok: true }));
    const signal = AbortSignal.abort(new Error(canary()));
    expect(await errorOf(createGatewayClient({ url: server.url }).health({ signal }))).toMatchObject({
      code: "GATEWAY_ABORTED",
    });
    expect(server.seen).toEqual([]);
  });

  test.each([
    ["while it waits for an answer", ""],
    ["in the middle of an answer", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"],
  ])("%s, without a word of its reason, and closes the connection", async (_title, start) => {
    const secret = canary();
    const controller = new AbortController();
    const server = await rawServer((socket) => {
      socket.write(start);
      setTimeout(() => controller.abort(new Error(secret)), 50);
    });
    const outcome = await assertNoLeak(secret, () =>
      createGatewayClient({ url: server.url }).health({ signal: controller.signal }),
    );
    expect(outcome).toMatchObject({ error: { code: "GATEWAY_ABORTED", cause: undefined } });
    await server.idle;
  });
});
