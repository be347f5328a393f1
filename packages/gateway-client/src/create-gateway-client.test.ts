import { Secret } from "@durar/secretref-schema";
import { assertAbsent, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { httpServer, rawServer, sendJson, sendRpc, socketServer } from "./fixtures/servers.ts";
import { createGatewayClient } from "./index.ts";

const activation = { ok: true, generation: 2, warningCount: 0, warnings: [], changedPaths: ["a.b"] };

describe("over a socket", () => {
  test("a call is JSON-RPC 2.0 on /rpc, and answers the result", async () => {
    const { socket, seen } = await socketServer((request, response) =>
      sendRpc(request, response, { result: activation }),
    );
    const client = createGatewayClient(Object.freeze({ socket }));
    expect(await client.call("secrets.reload", {})).toEqual(activation);
    expect(seen).toMatchObject([{ method: "POST", url: "/rpc" }]);
    expect(seen[0]?.headers).toMatchObject({
      host: "localhost",
      "content-type": "application/json",
      accept: "application/json",
      connection: "close",
    });
    expect(seen[0]?.headers).not.toHaveProperty("authorization");
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual({
      jsonrpc: "2.0",
      id: 1,
      method: "secrets.reload",
      params: {},
    });
  });

  test("every call has an id of its own, side by side too", async () => {
    const { socket } = await socketServer((request, response) => {
      const { id, params } = JSON.parse(request.body) as { id: number; params: { raw: string } };
      setTimeout(() => sendRpc(request, response, { result: { id, raw: params.raw } }), 30 / id);
    });
    const client = createGatewayClient({ socket });
    const answers = await Promise.all(
      ["a", "b", "c"].map((raw) => client.call("config.set", { raw, baseHash: "h" })),
    );
    expect(answers).toEqual([
      { id: 1, raw: "a" },
      { id: 2, raw: "b" },
      { id: 3, raw: "c" },
    ]);
  });

  test("text beyond ASCII arrives whole, both ways", async () => {
    const raw = "{ a: '\u00e9\u{1f511}\u2028' }";
    const { socket } = await socketServer((request, response) => {
      const { params } = JSON.parse(request.body) as { params: { raw: string } };
      sendRpc(request, response, { result: { config: {}, raw: params.raw, hash: "h" } });
    });
    const client = createGatewayClient({ socket });
    expect(await client.call("config.apply", { raw, baseHash: "h" })).toMatchObject({ raw });
  });

  test("health and readiness come in the form they are typed", async () => {
    const { socket, seen } = await socketServer(({ url }, response) =>
      url === "/healthz"
        ? sendJson(response, { ok: true, pid: 7, more: 1 })
        : sendJson(response, { ready: true, state: "degraded", generation: 3, more: 1 }),
    );
    const client = createGatewayClient({ socket });
    expect(await client.health()).toEqual({ ok: true, pid: 7 });
    expect(await client.ready()).toEqual({ ready: true, state: "degraded", generation: 3 });
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /healthz", "GET /readyz"]);
  });

  test("a gateway that is not ready says so with status 503, which is an answer", async () => {
    const { socket } = await socketServer((_request, response) =>
      sendJson(response, { ready: false, state: "inactive", generation: 0 }, 503),
    );
    expect(await createGatewayClient({ socket }).ready()).toEqual({
      ready: false,
      state: "inactive",
      generation: 0,
    });
  });
});

describe("over TCP", () => {
  test("a call carries the credential in its header and nowhere else", async () => {
    const secret = canary();
    const server = await httpServer((request, response) =>
      sendRpc(request, response, { result: activation }),
    );
    const client = createGatewayClient(Object.freeze({ url: server.url, credential: new Secret(secret) }));
    expect(await client.call("secrets.reload", {})).toEqual(activation);
    const { headers, url = "", body = "" } = server.seen[0] ?? {};
    expect(headers).toMatchObject({
      authorization: `Bearer ${secret}`,
      host: `127.0.0.1:${server.port}`,
      "content-type": "application/json",
    });
    assertAbsent(secret, url + body);
  });

  test("what is open to all gets no credential", async () => {
    const server = await httpServer(({ url }, response) =>
      sendJson(
        response,
        url === "/healthz" ? { ok: true } : { ready: true, state: "healthy", generation: 1 },
      ),
    );
    const client = createGatewayClient({ url: server.url, credential: new Secret(canary()) });
    expect(await client.health()).toEqual({ ok: true });
    await client.ready();
    for (const { headers } of server.seen) expect(headers).not.toHaveProperty("authorization");
  });

  test("a password beyond ASCII is sent as UTF-8", async () => {
    const server = await httpServer((request, response) =>
      sendRpc(request, response, { result: activation }),
    );
    await createGatewayClient({ url: server.url, credential: new Secret("p\u00e4ss\u{1f511}") }).call(
      "secrets.reload",
      {},
    );
    const header = server.seen[0]?.headers.authorization ?? "";
    expect(Buffer.from(header, "latin1").toString()).toBe("Bearer p\u00e4ss\u{1f511}");
  });

  test("a credential is revealed anew for each call", async () => {
    const server = await httpServer((request, response) =>
      sendRpc(request, response, { result: activation }),
    );
    const values = ["first", "second"];
    const credential = { reveal: () => values.shift() ?? "" } as Secret<string>;
    const client = createGatewayClient({ url: server.url, credential });
    await client.call("secrets.reload", {});
    expect(server.seen[0]?.headers.authorization).toBe("Bearer first");
    await client.call("secrets.reload", {});
    expect(server.seen[1]?.headers.authorization).toBe("Bearer second");
  });

  test("an IPv6 address is reached by its bare form, and named with brackets", async () => {
    const client = createGatewayClient({ url: "http://[::1]:1" });
    await expect(client.health()).rejects.toMatchObject({
      code: "GATEWAY_UNREACHABLE",
      message: expect.stringMatching(/^the gateway at \[::1\]:1 cannot be reached \(E/) as string,
    });
  });

  test("the connection is closed when the call is over, even if the server does not read the request", async () => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, result: activation });
    let received = 0;
    const server = await rawServer((socket) => {
      socket.pause();
      socket.on("data", (chunk) => (received += chunk.length));
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      setTimeout(() => socket.resume(), 300);
    });
    const client = createGatewayClient({ url: server.url });
    // More than the system's buffers hold.
    const raw = "x".repeat(32 * 1024 * 1024);
    expect(await client.call("config.set", { raw, baseHash: "h" })).toEqual(activation);
    await server.idle;
    expect(received).toBeLessThan(raw.length);
  });
});

test("a client is frozen, and its methods need no object", async () => {
  const { socket } = await socketServer((_request, response) => sendJson(response, { ok: true }));
  const client = createGatewayClient({ socket });
  expect(Object.isFrozen(client)).toBe(true);
  expect(await client.health.call(undefined)).toEqual({ ok: true });
});
