import type { ServerResponse } from "node:http";
import { Secret } from "@durar/secretref-schema";
import { assertNoLeak, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { all, errorOf } from "./fixtures/outcomes.ts";
import { httpServer, rawServer, socketServer, type TestServer } from "./fixtures/servers.ts";
import { createGatewayClient, type GatewayEvent } from "./index.ts";

const event: GatewayEvent = Object.freeze({
  id: 1,
  at: "2030-01-01T00:00:00.000Z",
  code: "SECRETS_RELOADER_DEGRADED",
  message: "kaputt \u00e9 \u{1f511}",
  generation: 3,
  failures: [{ code: "A", message: "m", hint: "h", paths: ["a.b"] }],
});

function text(id: number): string {
  return `event: ${event.code}\nid: ${id}\ndata: ${JSON.stringify({ ...event, id })}\n\n`;
}

/** A server whose streams begin as the test says. */
function streamServer(serve: (response: ServerResponse) => void): Promise<TestServer> {
  return httpServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    serve(response);
  });
}

describe("events", () => {
  test("come as they are typed, until the gateway ends the stream", async () => {
    const { socket, seen } = await socketServer((_request, response) =>
      response
        .writeHead(200, { "content-type": "text/event-stream; charset=utf-8" })
        .end(`: hello\n\n${text(1)}: \n\n${text(2)}`),
    );
    const client = createGatewayClient({ socket });
    expect(await all(client.events())).toEqual([event, { ...event, id: 2 }]);
    expect(seen).toMatchObject([{ method: "GET", url: "/events", headers: { accept: "text/event-stream" } }]);
  });

  test("come whole where the stream is cut inside characters and line ends", async () => {
    const bytes = Buffer.from(text(1).replaceAll("\n", "\r\n"));
    const server = await streamServer((response) => {
      let sent = 0;
      const timer = setInterval(() => {
        if (sent < bytes.length) return void response.write(bytes.subarray(sent, (sent += 3)));
        clearInterval(timer);
        response.end();
      }, 1);
    });
    expect(await all(createGatewayClient({ url: server.url }).events())).toEqual([event]);
  });

  test("over TCP are asked for with the credential", async () => {
    const server = await streamServer((response) => response.end());
    const client = createGatewayClient({ url: server.url, credential: new Secret("t") });
    await all(client.events());
    expect(server.seen[0]?.headers.authorization).toBe("Bearer t");
  });

  test("are connected for when they are iterated, each time anew", async () => {
    const server = await streamServer((response) => response.end(text(1)));
    const events = createGatewayClient({ url: server.url }).events();
    expect(server.seen).toHaveLength(0);
    await all(events);
    expect(await all(events)).toEqual([event]);
    expect(server.seen).toHaveLength(2);
  });

  test("end with the connection, with no attempt at another", async () => {
    const server = await streamServer((response) => {
      response.write(text(1), () => response.socket?.destroy());
    });
    const seen: number[] = [];
    const error = await errorOf(
      (async () => {
        for await (const { id } of createGatewayClient({ url: server.url }).events()) seen.push(id);
      })(),
    );
    expect(error).toMatchObject({ code: "GATEWAY_UNREACHABLE" });
    expect(server.seen).toHaveLength(1);
  });
});

describe("whoever iterates can leave", () => {
  test("out of the loop, which closes the connection", async () => {
    const server = await streamServer((response) => response.write(text(1)));
    for await (const { id } of createGatewayClient({ url: server.url }).events()) {
      expect(id).toBe(1);
      break;
    }
    await server.idle;
  });

  test("by return(), while waiting for an event that does not come", async () => {
    const server = await streamServer((response) => response.write(text(1)));
    const iterator = createGatewayClient({ url: server.url }).events()[Symbol.asyncIterator]();
    expect(await iterator.next()).toMatchObject({ value: event });
    const waiting = iterator.next();
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    await server.idle;
  });

  test("by return(), while the connection is not answered", async () => {
    const server = await rawServer(() => undefined);
    const iterator = createGatewayClient({ url: server.url }).events()[Symbol.asyncIterator]();
    const waiting = iterator.next();
    await iterator.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test("by return() before the first event, with nothing sent", async () => {
    const server = await streamServer((response) => response.end());
    const iterator = createGatewayClient({ url: server.url }).events()[Symbol.asyncIterator]();
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(server.seen).toEqual([]);
  });

  test("by their signal, with GATEWAY_ABORTED", async () => {
    const controller = new AbortController();
    const server = await streamServer((response) => {
      response.write(text(1));
      setTimeout(() => controller.abort(), 50);
    });
    const client = createGatewayClient({ url: server.url });
    const events = client.events(Object.freeze({ signal: controller.signal }));
    expect(await errorOf(all(events))).toMatchObject({ code: "GATEWAY_ABORTED" });
    await server.idle;
    expect(await errorOf(all(events))).toMatchObject({ code: "GATEWAY_ABORTED" });
    expect(server.seen).toHaveLength(1);
  });
});

describe("a silent gateway is GATEWAY_TIMEOUT", () => {
  test.each<[string, (response: ServerResponse) => unknown]>([
    ["after an event", (response) => response.write(text(1))],
    [
      "that sends bytes and ends no line",
      (response) => {
        const timer = setInterval(() => response.write("x"), 10);
        response.on("close", () => clearInterval(timer));
      },
    ],
  ])("%s", async (_title, serve) => {
    const server = await streamServer((response) => void serve(response));
    const client = createGatewayClient({ url: server.url, timeoutMs: 60_000 });
    expect(await errorOf(all(client.events({ timeoutMs: 300 })))).toMatchObject({
      code: "GATEWAY_TIMEOUT",
      message: `the gateway at 127.0.0.1:${server.port} sent nothing for 300 ms`,
    });
    await server.idle;
  });

  test("that does not answer at all", async () => {
    const server = await rawServer(() => undefined);
    const events = createGatewayClient({ url: server.url }).events({ timeoutMs: 100 });
    expect(await errorOf(all(events))).toMatchObject({ code: "GATEWAY_TIMEOUT" });
  });

  test("but heartbeats are no silence, and the client's own timeout is not meant", async () => {
    const server = await streamServer((response) => {
      let beats = 0;
      const timer = setInterval(() => {
        response.write(": \n\n");
        beats += 1;
        if (beats < 30) return;
        clearInterval(timer);
        response.end(text(1));
      }, 100);
    });
    const client = createGatewayClient({ url: server.url, timeoutMs: 1 });
    expect(await all(client.events({ timeoutMs: 2_500 }))).toEqual([event]);
  });

  test("and neither is the time the caller takes over an event", async () => {
    const server = await streamServer((response) => {
      response.write(text(1));
      setTimeout(() => response.write(text(2)), 300);
    });
    const ids: number[] = [];
    for await (const { id } of createGatewayClient({ url: server.url }).events({ timeoutMs: 1_500 })) {
      ids.push(id);
      if (id === 2) break;
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
    expect(ids).toEqual([1, 2]);
  });
});

describe("a stream that is not what the protocol says is GATEWAY_PROTOCOL, and nothing of it is shown", () => {
  test.each<[string, (secret: string) => string | Uint8Array, string]>([
    ["with an event that is no JSON", (secret) => `data: {"x": ${secret}\n\n`, "an event in another form"],
    ["with an event of another form", (secret) => `data: {"${secret}": 1}\n\n`, "an event in another form"],
    ["with a line that does not end", (secret) => secret.repeat(40_000), "an event that is too long"],
    ["that is no UTF-8", (secret) => Buffer.from(`${secret}\xff\n`, "latin1"), "no UTF-8"],
  ])("one %s", async (_title, stream, problem) => {
    const secret = canary();
    const server = await streamServer((response) => response.write(stream(secret)));
    const client = createGatewayClient({ url: server.url, credential: new Secret(secret) });
    const outcome = await assertNoLeak(secret, () => all(client.events()));
    expect(outcome).toMatchObject({
      error: {
        code: "GATEWAY_PROTOCOL",
        message: `what answers at 127.0.0.1:${server.port} sent ${problem} on /events`,
      },
    });
    await server.idle;
  });

  test("nor is another kind of answer", async () => {
    const server = await httpServer((_request, response) => response.end(text(1)));
    expect(await errorOf(all(createGatewayClient({ url: server.url }).events()))).toMatchObject({
      code: "GATEWAY_PROTOCOL",
    });
  });

  test.each([
    [401, "GATEWAY_UNAUTHORIZED"],
    [403, "GATEWAY_FORBIDDEN"],
    [429, "GATEWAY_RATE_LIMITED"],
    [302, "GATEWAY_PROTOCOL"],
  ])("a status of %i is %s", async (status, code) => {
    const secret = canary();
    const server = await httpServer(({ headers }, response) =>
      response.writeHead(status, { location: headers.authorization }).end(headers.authorization),
    );
    const client = createGatewayClient({ url: server.url, credential: new Secret(secret) });
    const outcome = await assertNoLeak(secret, () => all(client.events()));
    expect(outcome).toMatchObject({ error: { code } });
  });
});

test("an event that repeats the credential does not show it", async () => {
  const secret = canary();
  const server = await httpServer(({ headers }, response) => {
    const echo = { ...event, message: headers.authorization, extra: headers.authorization };
    response.writeHead(200, { "content-type": "text/event-stream" }).end(`data: ${JSON.stringify(echo)}\n\n`);
  });
  const client = createGatewayClient({ url: server.url, credential: new Secret(secret) });
  const outcome = await assertNoLeak(secret, () => all(client.events()));
  expect(outcome).toMatchObject({ result: [{ message: "Bearer [secret]" }] });
});
