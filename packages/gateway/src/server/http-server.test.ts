import { Agent, request } from "node:http";
import { connect } from "node:net";
import { once } from "node:events";
import { expect, onTestFinished, test, vi } from "vitest";
import { openEvents } from "../fixtures/event-reader.ts";
import { gatewayPlace } from "../fixtures/gateway-place.ts";
import { servedAlone } from "../fixtures/http-service.ts";
import { callRpc, send, statuses, talk } from "../fixtures/raw-http.ts";
import { FailedAttempts } from "./failed-attempts.ts";
import { HTTP_LIMITS } from "./http-limits.ts";
import type { RpcMethod } from "./rpc-method.ts";
import { TcpGuard } from "./tcp-guard.ts";

/** A method that ends when it is told to, or when its caller is gone. */
function slow() {
  let finish: () => void = () => undefined;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const answer = new Promise<object>((resolve) => (finish = () => resolve({ slow: true })));
  let aborted = false;
  const method: RpcMethod = (_params, { signal }) => {
    signal.addEventListener("abort", () => (aborted = true));
    begin();
    return answer;
  };
  return { method, begun, finish: () => finish(), wasAborted: () => aborted };
}

test("what strangers may take is bounded", async () => {
  const { listener } = await servedAlone({});
  const { headersTimeout, requestTimeout } = listener;
  expect({ headersTimeout, requestTimeout }).toEqual({ headersTimeout: 10_000, requestTimeout: 30_000 });
  expect(HTTP_LIMITS).toMatchObject({ bodyBytes: 1_048_576, checkMs: 5_000, heartbeatMs: 15_000 });
});

test("half a head and half a body are not waited for longer than the limits say", async () => {
  const { port } = await servedAlone({ headMs: 100, requestMs: 200, checkMs: 20 });
  const head = "POST /rpc HTTP/1.1\r\nHost: localhost\r\n";
  expect(statuses(await talk(port, head, 20_000))).toEqual([408]);
  const typed = `${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
  expect(statuses(await talk(port, typed, 20_000))).toEqual([408]);
  expect(statuses(await talk(port, "", 20_000))).toEqual([408]);
});

test("closing waits for a request that is being served, and answers it", async () => {
  const { method, begun, finish } = slow();
  const { server, port } = await servedAlone({}, method);
  const call = callRpc({ port }, "secrets.status");
  await begun;
  const closed = server.close();
  await expect(send({ port }, { path: "/healthz" })).rejects.toThrow();
  finish();
  expect(await call).toMatchObject({ status: 200, body: { result: { slow: true } } });
  await closed;
});

test("closing does not wait for a connection that a client keeps open", async () => {
  const { method, begun, finish } = slow();
  const { server, port } = await servedAlone({ drainMs: 60_000 }, method);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "secrets.status" });
  const headers = { "content-type": "application/json" };
  const outgoing = request({ agent, port, host: "127.0.0.1", method: "POST", path: "/rpc", headers });
  outgoing.end(body);
  await begun;
  const closed = server.close();
  finish();
  const [response] = (await once(outgoing, "response")) as [{ resume(): void }];
  response.resume();
  await closed;
});

test("closing cuts off a request that never ends, and tells it so", async () => {
  const { method, begun, wasAborted } = slow();
  const { server, port } = await servedAlone({ drainMs: 50 }, method);
  const call = callRpc({ port }, "secrets.status");
  const outcome = expect(call).rejects.toThrow();
  await begun;
  await server.close();
  await outcome;
  await vi.waitFor(() => expect(wasAborted()).toBe(true));
});

test("closing ends event streams at once, and connections that say nothing by the deadline", async () => {
  const { server, port } = await servedAlone({ drainMs: 50 });
  const streams = await Promise.all([openEvents({ port }), openEvents({ port })]);
  const silent = connect({ port, host: "127.0.0.1" });
  silent.on("error", () => undefined);
  await once(silent, "connect");
  silent.write("POST /rpc HTTP/1.1\r\n");
  await send({ port }, { path: "/healthz" });
  await server.close();
  await Promise.all(streams.map(({ ended }) => ended));
});

test("closing twice is closing once, whether it ever listened or not", async () => {
  const { server } = await servedAlone({});
  await Promise.all([server.close(), server.close()]);
  await server.close();
});

test("while it closes a connection that is still open is told so, and ended", async () => {
  const { method, begun, finish } = slow();
  const { server, port } = await servedAlone({}, method);
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "secrets.status" });
  const head = `POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json`;
  const socket = connect({ port, host: "127.0.0.1" });
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk) => (text += String(chunk)));
  socket.write(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await begun;
  const closed = server.close();
  socket.write(`GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  finish();
  await once(socket, "close");
  expect(statuses(text)[0]).toBe(200);
  expect(text).toContain("connection: close");
  await closed;
});

test("a caller that goes away ends the wait for it", async () => {
  const { method, begun, wasAborted } = slow();
  const { port } = await servedAlone({}, method);
  const outgoing = request({
    ...{ port, host: "127.0.0.1", method: "POST", path: "/rpc", agent: false },
    headers: { "content-type": "application/json" },
  });
  outgoing.on("error", () => undefined);
  outgoing.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "secrets.status" }));
  await begun;
  outgoing.destroy();
  await vi.waitFor(() => expect(wasAborted()).toBe(true));
});

test("without a snapshot it is up, and not ready", async () => {
  const { port } = await servedAlone({});
  expect((await send({ port }, { path: "/healthz" })).status).toBe(200);
  expect(await send({ port }, { path: "/readyz" })).toMatchObject({
    status: 503,
    text: '{"ready":false,"state":"inactive","generation":0}',
  });
});

test("strangers cannot hold more connections than the limit", async () => {
  const place = await gatewayPlace();
  await place.writeConfig({});
  const { snapshot } = await (await place.start()).reload();
  const guard = new TcpGuard("127.0.0.1", place.layout, () => snapshot, new FailedAttempts(Date.now));
  const { port } = await servedAlone({ tcpConnections: 2 }, undefined, guard);
  const silent = [connect({ port, host: "127.0.0.1" }), connect({ port, host: "127.0.0.1" })];
  onTestFinished(() => silent.forEach((socket) => void socket.destroy()));
  await Promise.all(silent.map((socket) => once(socket, "connect")));
  await expect(send({ port }, { path: "/healthz" })).rejects.toThrow();
  silent[0]?.destroy();
  await vi.waitFor(async () => expect((await send({ port }, { path: "/healthz" })).status).toBe(200));
});
