import { expect, test } from "vitest";
import { gatewayPlace, ownerOf, portOf, refTo } from "../fixtures/gateway-place.ts";
import { send } from "../fixtures/raw-http.ts";

async function started() {
  const place = await gatewayPlace();
  const token = place.secret();
  await place.writeSecrets({ token });
  await place.writeConfig({ gateway: { port: 0, auth: { token: refTo("token") } } });
  const gateway = await place.start();
  const tcp = { port: portOf(gateway) };
  const metrics = async (): Promise<string> =>
    (await send(tcp, { path: "/metrics", headers: { authorization: `Bearer ${token}` } })).text;
  return { place, gateway, token, tcp, metrics };
}

test("whether the process is up is told to anyone, and which process it is over the socket alone", async () => {
  const { gateway, tcp } = await started();
  const open = await send(tcp, { path: "/healthz" });
  expect(open).toMatchObject({ status: 200, text: '{"ok":true}' });
  expect(open.headers["content-type"]).toMatch(/^application\/json/);
  expect(await ownerOf(gateway).health()).toEqual({ ok: true, pid: process.pid });
  expect((await send(tcp, { method: "HEAD", path: "/healthz" })).status).toBe(200);
});

test("a degraded gateway is ready, and says that it is degraded", async () => {
  const { place, gateway, tcp } = await started();
  const ready = async (): Promise<unknown> => {
    const { status, text } = await send(tcp, { path: "/readyz" });
    return { status, ...(JSON.parse(text) as object) };
  };
  expect(await ready()).toEqual({ status: 200, ready: true, state: "healthy", generation: 1 });
  await place.writeSecrets({});
  await expect(gateway.reload()).rejects.toThrow();
  expect(await ready()).toEqual({ status: 200, ready: true, state: "degraded", generation: 1 });
});

test("metrics need the credential over TCP, and are in the format of Prometheus", async () => {
  const { tcp, token } = await started();
  expect((await send(tcp, { path: "/metrics" })).status).toBe(401);
  const answer = await send(tcp, { path: "/metrics", headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  expect(answer.headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
});

test("metrics count every attempt once, by its result", async () => {
  const { place, gateway, token, metrics } = await started();
  const value = async (name: string): Promise<number> => {
    const line = (await metrics()).split("\n").find((text) => text.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1));
  };
  const counted = async () => ({
    generation: await value("durar_secrets_generation"),
    degraded: await value("durar_secrets_degraded"),
    success: await value('durar_secrets_activations_total{result="success"}'),
    failure: await value('durar_secrets_activations_total{result="failure"}'),
    durations: await value("durar_secrets_activation_duration_seconds_count"),
  });
  expect(await counted()).toEqual({ generation: 1, degraded: 0, success: 1, failure: 0, durations: 1 });
  await gateway.reload();
  expect(await counted()).toEqual({ generation: 2, degraded: 0, success: 2, failure: 0, durations: 2 });
  await place.writeSecrets({});
  for (let index = 0; index < 3; index++) await expect(gateway.reload()).rejects.toThrow();
  expect(await counted()).toEqual({ generation: 2, degraded: 1, success: 2, failure: 3, durations: 5 });
  await place.writeSecrets({ token });
  await gateway.reload();
  expect(await counted()).toEqual({ generation: 3, degraded: 0, success: 3, failure: 3, durations: 6 });
  // Being asked is no attempt.
  expect(await counted()).toMatchObject({ success: 3, failure: 3 });
});
