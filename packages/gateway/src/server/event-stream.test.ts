import { createServer, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { once } from "node:events";
import type { GatewayEvent } from "@durar/gateway-client";
import { expect, onTestFinished, test, vi } from "vitest";
import { openEvents } from "../fixtures/event-reader.ts";
import { gatewayPlace, ownerOf, portOf, refTo } from "../fixtures/gateway-place.ts";
import { servedAlone } from "../fixtures/http-service.ts";
import { send } from "../fixtures/raw-http.ts";
import { EventStream } from "./event-stream.ts";

const event: GatewayEvent = {
  ...{ id: 7, at: "2026-01-01T00:00:00.000Z", code: "SECRETS_ACTIVATED" },
  ...{ message: "generation 2 is in force", generation: 2, failures: [] },
};

async function started() {
  const place = await gatewayPlace();
  const token = place.secret();
  await place.writeSecrets({ token });
  await place.writeConfig({ gateway: { port: 0, auth: { token: refTo("token") } } });
  const gateway = await place.start();
  return { place, gateway, token, tcp: { port: portOf(gateway) } };
}

test("a client hears of events as they happen, numbered, in the format of server-sent events", async () => {
  const { gateway } = await started();
  const { response, text } = await openEvents({ socketPath: gateway.socket });
  expect(response.statusCode).toBe(200);
  expect(response.headers).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": "no-store",
  });
  await gateway.reload();
  await gateway.reload();
  await vi.waitFor(() => expect(text()).toContain("id: 3"));
  const [opening, second, third] = text().split("\n\n");
  expect(opening).toBe(": listening");
  expect(second?.split("\n").slice(0, 2)).toEqual(["event: SECRETS_ACTIVATED", "id: 2"]);
  expect(JSON.parse(third?.split("\ndata: ")[1] ?? "")).toEqual(gateway.status().recentEvents[2]);
});

test("the gateway's own client reads the same events", async () => {
  const { gateway } = await started();
  const codes: string[] = [];
  const leaving = new AbortController();
  const reading = (async () => {
    for await (const { code } of ownerOf(gateway).events({ signal: leaving.signal })) codes.push(code);
  })();
  reading.catch(() => undefined);
  // Until the stream is open, reloads are not heard.
  await vi.waitFor(async () => {
    await gateway.reload();
    expect(codes).toContain("SECRETS_ACTIVATED");
  });
  leaving.abort();
  await expect(reading).rejects.toMatchObject({ code: "GATEWAY_ABORTED" });
});

test("over TCP the stream needs the credential", async () => {
  const { tcp, token } = await started();
  expect((await send(tcp, { path: "/events" })).status).toBe(401);
  const wrong = { authorization: "Bearer wrong" };
  expect((await send(tcp, { path: "/events", headers: wrong })).status).toBe(401);
  const { response } = await openEvents(tcp, { authorization: `Bearer ${token}` });
  expect(response.statusCode).toBe(200);
});

test("after a rotation streams opened with the old credential end, those of others go on", async () => {
  const { place, gateway, token, tcp } = await started();
  const old = await openEvents(tcp, { authorization: `Bearer ${token}` });
  const owner = await openEvents({ socketPath: gateway.socket });
  const next = place.secret();
  await place.writeSecrets({ token: next });
  await gateway.reload();
  await old.ended;
  const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });
  expect((await send(tcp, { path: "/metrics", headers: bearer(token) })).status).toBe(401);
  expect((await send(tcp, { path: "/metrics", headers: bearer(next) })).status).toBe(200);
  const renewed = await openEvents(tcp, bearer(next));
  await gateway.reload();
  await vi.waitFor(() => expect(renewed.text()).toContain("id: 3"));
  await vi.waitFor(() => expect(owner.text()).toContain("id: 3"));
  expect(renewed.response.complete).toBe(false);
});

test("both ends hear a sign of life where nothing happens", async () => {
  const { port } = await servedAlone({ heartbeatMs: 20 });
  const { text } = await openEvents({ port });
  await vi.waitFor(() => expect(text().match(/: still there\n\n/g)?.length).toBeGreaterThan(2));
});

test("a stream that a client leaves is forgotten", async () => {
  const { port, events, listener } = await servedAlone({});
  const { outgoing } = await openEvents({ port });
  outgoing.destroy();
  await vi.waitFor(async () => {
    const open = await new Promise((resolve) => listener.getConnections((_error, count) => resolve(count)));
    expect(open).toBe(0);
  });
  for (let index = 0; index < 1_000; index++) events.publish(event);
});

/** A stream to a client that never reads. */
async function unread(): Promise<{
  stream: EventStream;
  response: ServerResponse;
  closed: Promise<unknown>;
}> {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close().closeAllConnections());
  await once(server, "listening");
  const client = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1" });
  client.on("error", () => undefined).pause();
  onTestFinished(() => void client.destroy());
  client.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const [, response] = (await once(server, "request")) as [unknown, ServerResponse];
  return { stream: new EventStream(response, 60_000), response, closed: once(response, "close") };
}

test("a client that does not read is dropped, and what it did not read is not kept", async () => {
  const { stream, response, closed } = await unread();
  const large = { ...event, message: "x".repeat(20_000) };
  let sent = 0;
  while (!response.destroyed && sent < 5_000) {
    stream.send(large);
    sent += 1;
    if (sent % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await closed;
  // What the system buffers for a connection, and 256 events.
  expect(sent).toBeGreaterThan(256);
  expect(sent).toBeLessThan(2_000);
  stream.send(large);
});

test("closing a stream whose client does not read cuts its connection", async () => {
  const { stream, closed } = await unread();
  for (let index = 0; index < 200; index++) stream.send({ ...event, message: "x".repeat(100_000) });
  stream.close();
  await closed;
});
