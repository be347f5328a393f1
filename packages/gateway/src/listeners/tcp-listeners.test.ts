import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { expect, onTestFinished, test, vi } from "vitest";
import { openEvents } from "../fixtures/event-reader.ts";
import { gatewayPlace, ownerOf, portOf, refTo, type GatewayPlace } from "../fixtures/gateway-place.ts";
import { serviceOf } from "../fixtures/http-service.ts";
import { callRpc, send } from "../fixtures/raw-http.ts";
import type { Gateway } from "../index.ts";
import { HttpServer } from "../server/http-server.ts";
import { TcpListeners } from "./tcp-listeners.ts";

/** Listens on a port of its own, so that nobody else can. */
async function taken(host = "127.0.0.1", port = 0): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => socket.destroy()).listen(port, host);
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return { port: (server.address() as { port: number }).port, server };
}

/** A port that was free just now. */
async function freePort(): Promise<number> {
  const { port, server } = await taken();
  server.close();
  await once(server, "close");
  return port;
}

async function started(gateway: object = {}, extra: object = {}) {
  const place = await gatewayPlace();
  const token = place.secret();
  const headers = { authorization: `Bearer ${token}` };
  const write = (settings: object) =>
    place.writeConfig({ gateway: { ...settings, auth: { token } }, ...extra });
  await write(gateway);
  const running = await place.start();
  return { place, running, write, headers, token };
}

/** The status of a request over TCP, or why none came. */
async function reached(port: number, headers: Record<string, string>, host = "127.0.0.1"): Promise<unknown> {
  return send({ port, host }, { path: "/metrics", headers }).then(
    ({ status }) => status,
    ({ code }: NodeJS.ErrnoException) => code,
  );
}

/** Submits the configuration on disk with another text for part of it. */
async function submit(
  running: Gateway,
  method: "config.set" | "config.apply",
  change: (raw: string) => string,
): Promise<unknown> {
  const client = ownerOf(running);
  const { raw, hash } = await client.call("config.get", {});
  return client.call(method, { raw: change(raw), baseHash: hash });
}

const contentOf = ({ layout }: GatewayPlace): Promise<string> => readFile(layout.configFile, "utf8");

test("TCP is off until a port is set, and off again once it is not", async () => {
  const { running, write, headers } = await started();
  expect(running.tcp).toBeUndefined();
  await write({ port: 0 });
  await running.reload();
  const port = portOf(running);
  expect(await reached(port, headers)).toBe(200);
  await write({});
  await running.reload();
  expect(running.tcp).toBeUndefined();
  await vi.waitFor(async () => expect(await reached(port, headers)).toBe("ECONNREFUSED"));
});

test("a picked port is kept over reloads", async () => {
  const { running, headers } = await started({ port: 0 });
  const port = portOf(running);
  for (let index = 0; index < 3; index++) await running.reload();
  expect(portOf(running)).toBe(port);
  expect(await reached(port, headers)).toBe(200);
});

test("--port comes before gateway.port, at the start and after every change", async () => {
  const place = await gatewayPlace();
  const token = place.secret();
  const other = await freePort();
  await place.writeConfig({ gateway: { port: other, auth: { token } } });
  const running = await place.start({ port: 0 });
  const port = portOf(running);
  expect(port).not.toBe(other);
  await place.writeConfig({ gateway: { port: await freePort(), auth: { token } } });
  await running.reload();
  expect(portOf(running)).toBe(port);
});

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ family }) => family === "IPv6"),
);

test.skipIf(!hasIpv6)("it listens on IPv6, where it is asked by that address", async () => {
  const { running, headers } = await started({ port: 0, bind: "::1" });
  const port = portOf(running);
  expect(running.tcp).toEqual({ host: "::1", port });
  expect(await reached(port, headers, "::1")).toBe(200);
  expect(await reached(port, { ...headers, host: `[::1]:${port}` }, "::1")).toBe(200);
  expect(await reached(port, { ...headers, host: "[::2]" }, "::1")).toBe(403);
});

test("a new port on disk is bound before the old one is given up", async () => {
  const { running, write, headers, place } = await started({ port: 0 });
  const old = portOf(running);
  const port = await freePort();
  await write({ port });
  await running.reload();
  expect(running.tcp).toEqual({ host: "127.0.0.1", port });
  expect(await reached(port, headers)).toBe(200);
  await vi.waitFor(async () => expect(await reached(old, headers)).toBe("ECONNREFUSED"));
  expect((await ownerOf(running).call("secrets.status", {})).gateway.tcp).toEqual({
    host: "127.0.0.1",
    port,
  });
  expect(place.log().some(({ level }) => Number(level) >= 50)).toBe(false);
});

test("a busy port on disk degrades the gateway, which serves on where it was", async () => {
  const { running, write, headers } = await started({ port: 0 });
  const old = portOf(running);
  const busy = await taken();
  await write({ port: busy.port });
  await expect(running.reload()).rejects.toMatchObject({
    failures: [{ code: "GATEWAY_LISTEN_FAILED", message: expect.stringContaining("EADDRINUSE") as string }],
  });
  expect(running.status()).toMatchObject({ state: "degraded", generation: 1 });
  expect(portOf(running)).toBe(old);
  expect(await reached(old, headers)).toBe(200);
  busy.server.close();
  await once(busy.server, "close");
  await running.reload();
  expect(running.status()).toMatchObject({ state: "healthy", gateway: { tcp: { port: busy.port } } });
});

test("a busy port that is submitted is refused, and file, state and listener stay as they were", async () => {
  const { running, headers, place } = await started({ port: 0 });
  const old = portOf(running);
  const { port } = await taken();
  const before = await contentOf(place);
  for (const method of ["config.set", "config.apply"] as const) {
    const submitted = submit(running, method, (raw) => raw.replace('"port":0', `"port":${port}`));
    await expect(submitted).rejects.toMatchObject({ failures: [{ code: "GATEWAY_LISTEN_FAILED" }] });
  }
  expect(await contentOf(place)).toBe(before);
  expect(running.status()).toMatchObject({ state: "healthy", generation: 1 });
  expect(await reached(old, headers)).toBe(200);
});

test("a free port that is submitted is bound, and written only then", async () => {
  const { running, headers, place } = await started({ port: 0 });
  const port = await freePort();
  await submit(running, "config.set", (raw) => raw.replace('"port":0', `"port":${port}`));
  expect(await contentOf(place)).toContain(`"port":${port}`);
  expect(await reached(port, headers)).toBe(200);
});

test("from one address to all of them, with the same port, and back", async () => {
  const { running, write, headers } = await started({ port: 0 });
  const port = portOf(running);
  await write({ port, bind: "lan" });
  await running.reload();
  expect(running.tcp).toEqual({ host: "0.0.0.0", port });
  expect(await reached(port, headers)).toBe(200);
  await write({ port });
  await running.reload();
  expect(running.tcp).toEqual({ host: "127.0.0.1", port });
  expect(await reached(port, headers)).toBe(200);
});

test("where a wider address cannot be had, the narrow one is opened again", async () => {
  const port = await freePort();
  const { running, write, headers } = await started({ port });
  // The port is free on the gateway's address, and not on all of them.
  await taken("127.0.0.9", port);
  await write({ port, bind: "lan" });
  await expect(running.reload()).rejects.toMatchObject({ failures: [{ code: "GATEWAY_LISTEN_FAILED" }] });
  expect(running.tcp).toEqual({ host: "127.0.0.1", port });
  expect(await reached(port, headers)).toBe(200);
  await write({ port });
  await running.reload();
  expect(running.status()).toMatchObject({ state: "healthy", generation: 2 });
});

test("where a write fails after the new address was bound, the old one is opened again", async () => {
  const { running, headers, place } = await started({ port: 0 });
  const port = portOf(running);
  const before = await contentOf(place);
  const wider = (raw: string) => raw.replace('"port":0', `"port":${port},"bind":"lan"`);
  const client = ownerOf(running);
  const { raw, hash } = await client.call("config.get", {});
  // Between the look and the write somebody holds the file's lock for good.
  const { withFileLock } = await import("@durar/file-commit");
  await withFileLock(place.layout.configFile, {}, async () => {
    const submitted = client.call("config.set", { raw: wider(raw), baseHash: hash });
    await expect(submitted).rejects.toMatchObject({ rpcCode: -32_000 });
  });
  expect(running.tcp).toEqual({ host: "127.0.0.1", port });
  expect(await reached(port, headers)).toBe(200);
  expect(await contentOf(place)).toBe(before);
  expect(running.status()).toMatchObject({ state: "healthy", generation: 1 });
});

test("apply opens a new listener on the same address, and ends the streams of the old one", async () => {
  const { running, headers } = await started({ port: 0 });
  const port = portOf(running);
  const stream = await openEvents({ port }, headers);
  await submit(running, "config.apply", (raw) => `${raw}\n`);
  await stream.ended;
  expect(portOf(running)).toBe(port);
  expect(await reached(port, headers)).toBe(200);
  const kept = await openEvents({ port }, headers);
  await submit(running, "config.set", (raw) => `${raw}\n`);
  await vi.waitFor(() => expect(kept.text()).toContain("SECRETS_ACTIVATED"));
  expect(kept.response.complete).toBe(false);
});

test("an apply that fails does not make the next reload listen anew", async () => {
  const { running, headers } = await started({ port: 0 });
  const stream = await openEvents({ port: portOf(running) }, headers);
  const broken = submit(running, "config.apply", (raw) =>
    raw.replace("{", '{"cron":{"webhookToken":"${NO}"},'),
  );
  await expect(broken).rejects.toThrow();
  await running.reload();
  await vi.waitFor(() => expect(stream.text()).toContain("SECRETS_ACTIVATED"));
  expect(stream.response.complete).toBe(false);
});

test("a caller on the old port is answered, although its own request moved it", async () => {
  const { running, headers } = await started({ port: 0 });
  const old = { port: portOf(running) };
  const port = await freePort();
  const { body } = await callRpc(old, "config.get", {}, headers);
  const { raw, hash } = body?.["result"] as { raw: string; hash: string };
  const params = { raw: raw.replace('"port":0', `"port":${port}`), baseHash: hash };
  expect(await callRpc(old, "config.set", params, headers)).toMatchObject({
    ...{ status: 200, body: { result: { ok: true, generation: 2 } } },
  });
  expect(await reached(port, headers)).toBe(200);
});

test("the old listener is kept where the new configuration has no credential for it", async () => {
  const place = await gatewayPlace();
  const token = place.secret();
  await place.writeSecrets({ token });
  await place.writeConfig({ gateway: { port: 0, auth: { token: refTo("token") } } });
  const running = await place.start();
  await place.writeConfig({ gateway: { port: 0 } });
  await expect(running.reload()).rejects.toMatchObject({ failures: [{ code: "GATEWAY_AUTH_REQUIRED" }] });
  expect(await reached(portOf(running), { authorization: `Bearer ${token}` })).toBe(200);
});

test("which hosts are allowed is read anew at each activation", async () => {
  const { running, write, headers } = await started({ port: 0 });
  const named = { ...headers, host: "secrets.example" };
  expect(await reached(portOf(running), named)).toBe(403);
  await write({ port: 0, allowedHosts: ["secrets.example"] });
  await running.reload();
  expect(await reached(portOf(running), named)).toBe(200);
});

/** Listeners of servers that anyone may ask whether they are up. */
async function listeners(port: number): Promise<TcpListeners> {
  const made = new TcpListeners(() => new HttpServer(serviceOf(async () => ({}))));
  onTestFinished(() => made.close());
  await made.open({ host: "127.0.0.1", port });
  return made;
}

const up = (port: number): Promise<unknown> => reached(port, {});

test("a change that is decided after the close leaves nothing open, whichever way", async () => {
  for (const decision of ["published", "abandoned"] as const)
    for (const host of ["127.0.0.1", "0.0.0.0"]) {
      const [old, port] = [await freePort(), await freePort()];
      const made = await listeners(old);
      const change = await made.change({ host, port: host === "0.0.0.0" ? old : port }, false);
      await made.close();
      await change[decision]();
      await vi.waitFor(async () =>
        expect([await up(old), await up(port)]).toEqual(["ECONNREFUSED", "ECONNREFUSED"]),
      );
      expect(made.address).toBeUndefined();
    }
});

test("a change that is given up leaves the old address open, and the new one free", async () => {
  const [old, port] = [await freePort(), await freePort()];
  const made = await listeners(old);
  const change = await made.change({ host: "127.0.0.1", port }, false);
  expect([await up(old), await up(port)]).toEqual([200, 200]);
  await change.abandoned();
  expect([await up(old), await up(port)]).toEqual([200, "ECONNREFUSED"]);
  expect(made.address).toEqual({ host: "127.0.0.1", port: old });
});
