import { expect, test } from "vitest";
import { gatewayPlace, ownerOf, portOf, type GatewayPlace } from "../fixtures/gateway-place.ts";
import { callRpc, send } from "../fixtures/raw-http.ts";
import { FailedAttempts } from "./failed-attempts.ts";
import { TcpGuard, type TcpRequest } from "./tcp-guard.ts";

async function started(place: GatewayPlace) {
  const token = place.secret();
  await place.writeConfig({ gateway: { port: 0, auth: { token } } });
  const gateway = await place.start();
  const call = (given: string) =>
    callRpc({ port: portOf(gateway) }, "secrets.status", {}, { authorization: `Bearer ${given}` });
  return { gateway, token, call };
}

test("ten wrong credentials over TCP, and the address is told to come back later; the socket is not", async () => {
  const place = await gatewayPlace();
  const { gateway, token, call } = await started(place);
  const guesses = await Promise.all(Array.from({ length: 10 }, (_, index) => call(`guess-${index}`)));
  expect(guesses.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 401));
  const answer = await send(
    { port: portOf(gateway) },
    { path: "/metrics", headers: { authorization: `Bearer ${token}` } },
  );
  expect(answer.status).toBe(429);
  const wait = Number(answer.headers["retry-after"]);
  expect(wait).toBeGreaterThan(30);
  expect(wait).toBeLessThanOrEqual(60);
  expect((await call(token)).status).toBe(429);
  // Whether the process is up anyone may ask at any time.
  expect((await send({ port: portOf(gateway) }, { path: "/healthz" })).status).toBe(200);
  for (let index = 0; index < 30; index++)
    await expect(ownerOf(gateway).call("secrets.status", {})).resolves.toBeDefined();
  const refused = place.log().filter(({ msg }) => msg.includes("too many failed attempts"));
  expect(refused).toMatchObject([{ remoteAddress: "127.0.0.1" }, { remoteAddress: "127.0.0.1" }]);
});

test("requests that bring no credential are refused, and do not shut out who has one", async () => {
  const { gateway, token, call } = await started(await gatewayPlace());
  for (let index = 0; index < 20; index++) {
    const answer = await send({ port: portOf(gateway) }, { path: "/metrics" });
    expect(answer).toMatchObject({ status: 401, headers: { "www-authenticate": "Bearer" } });
  }
  expect((await call(token)).status).toBe(200);
});

test("an address that was shut out is let in again after the window, and others all the time", async () => {
  const place = await gatewayPlace();
  const { gateway, token } = await started(place);
  expect(gateway.tcp).toBeDefined();
  const snapshot = (await gateway.reload()).snapshot;
  let now = 0;
  const guard = new TcpGuard("127.0.0.1", place.layout, () => snapshot, new FailedAttempts(() => now));
  const ask = (authorization: string, remoteAddress: string) => {
    const request: TcpRequest = {
      ...{ host: "localhost", origin: undefined, localAddress: "127.0.0.1", access: "full" },
      ...{ authorization, remoteAddress },
    };
    return guard.refuse(request)?.status;
  };
  for (let index = 0; index < 10; index++) ask("Bearer wrong", "192.0.2.1");
  expect(ask(`Bearer ${token}`, "192.0.2.1")).toBe(429);
  expect(ask(`Bearer ${token}`, "192.0.2.2")).toBeUndefined();
  now = 60_000;
  expect(ask(`Bearer ${token}`, "192.0.2.1")).toBeUndefined();
});
