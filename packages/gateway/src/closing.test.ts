import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { openEvents } from "./fixtures/event-reader.ts";
import { gatewayPlace, ownerOf, portOf } from "./fixtures/gateway-place.ts";
import { send } from "./fixtures/raw-http.ts";
import { slowProvider } from "./fixtures/slow-provider.ts";

const slowRef = { source: "exec", provider: "slow", id: "key" };

/** A gateway that runs, and on whose disk a configuration stands that takes as long as a slow command. */
async function waiting(gateway: object = {}) {
  const place = await gatewayPlace();
  const [token, value] = [place.secret(), place.secret()];
  const { provider, wasAsked, answer } = await slowProvider(place.directory, value);
  await place.writeConfig({ gateway: { port: 0, auth: { token } } });
  const running = await place.start();
  const port = portOf(running);
  await place.writeConfig({
    secrets: { providers: { slow: provider } },
    gateway: { port: 0, auth: { token }, ...gateway },
    cron: { webhookToken: slowRef },
  });
  const asked = () => vi.waitFor(() => expect(wasAsked()).toBe(true), { timeout: 15_000 });
  return { place, running, port, asked, answer };
}

test("closing waits for a reload that is under way, and its caller is answered", async () => {
  const { running, asked, answer } = await waiting();
  const reload = ownerOf(running).call("secrets.reload", {});
  await asked();
  const closed = running.close();
  await expect(ownerOf(running).health()).rejects.toMatchObject({ code: "GATEWAY_UNREACHABLE" });
  await answer();
  await expect(reload).resolves.toMatchObject({ ok: true, generation: 2 });
  await closed;
});

test("closing ends in bounded time even if a reload never ends", async () => {
  const { running, asked, place } = await waiting();
  const reload = ownerOf(running).call("secrets.reload", {});
  const outcome = expect(reload).rejects.toMatchObject({ code: "GATEWAY_UNREACHABLE" });
  await asked();
  await Promise.all([running.close(), running.close()]);
  await outcome;
  await expect(running.reload()).rejects.toMatchObject({ code: "SNAPSHOT_CLOSED" });
  expect(readdirSync(place.directory)).not.toContain("gateway.sock");
});

test("a change of port that comes through while the gateway closes opens nothing", async () => {
  const { running, port, asked, answer } = await waiting({ bind: "lan" });
  const reload = ownerOf(running).call("secrets.reload", {});
  await asked();
  const closed = running.close();
  await answer();
  await expect(reload).rejects.toMatchObject({ failures: [{ code: "GATEWAY_LISTEN_FAILED" }] });
  await closed;
  expect(running.tcp).toBeUndefined();
  await expect(send({ port }, { path: "/healthz" })).rejects.toThrow("ECONNREFUSED");
});

test("closing ends event streams and idle connections, over TCP and over the socket", async () => {
  const place = await gatewayPlace();
  const token = place.secret();
  await place.writeConfig({ gateway: { port: 0, auth: { token } } });
  const running = await place.start();
  const tcp = { port: portOf(running) };
  const streams = await Promise.all([
    openEvents(tcp, { authorization: `Bearer ${token}` }),
    openEvents({ socketPath: running.socket }),
  ]);
  const idle = connect({ path: running.socket });
  onTestFinished(() => void idle.destroy());
  const ended = new Promise((resolve) => idle.once("close", resolve));
  idle.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await new Promise((resolve) => idle.once("data", resolve));
  await running.close();
  await Promise.all([...streams.map((stream) => stream.ended), ended]);
});

test("a start that is stopped while a provider is slow ends, and binds nothing", async () => {
  const place = await gatewayPlace();
  const { provider, wasAsked } = await slowProvider(place.directory, place.secret());
  await place.writeConfig({ secrets: { providers: { slow: provider } }, cron: { webhookToken: slowRef } });
  const stopping = new AbortController();
  const start = place.start({ signal: stopping.signal });
  const outcome = expect(start).rejects.toMatchObject({ code: "GATEWAY_STOPPED" });
  await vi.waitFor(() => expect(wasAsked()).toBe(true), { timeout: 15_000 });
  expect(readdirSync(place.directory)).not.toContain("gateway.sock");
  stopping.abort();
  await outcome;
  expect(readdirSync(place.directory)).not.toContain("gateway.sock");
});

test("on the place of a gateway that was closed the next one starts at once", async () => {
  const place = await gatewayPlace();
  await place.writeConfig({});
  for (let round = 0; round < 3; round++) await (await place.start()).close();
  await expect(ownerOf(await place.start()).health()).resolves.toMatchObject({ ok: true });
});
