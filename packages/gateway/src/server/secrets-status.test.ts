import { assertNoLeak } from "@durar/testing";
import { expect, test } from "vitest";
import { gatewayPlace, ownerOf, portOf, refTo } from "../fixtures/gateway-place.ts";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test("status tells how everything stands, by codes, paths and counts", async () => {
  const place = await gatewayPlace();
  const [token, key] = [place.secret(), place.secret()];
  await place.writeSecrets({ token, key });
  await place.writeConfig({
    gateway: { port: 0, auth: { token: refTo("token") }, remote: { token: refTo("token") } },
    models: { providers: { openai: { apiKey: refTo("key") }, groq: { apiKey: refTo("key") } } },
    channels: { telegram: { enabled: false, botToken: "${TELEGRAM}" } },
    cron: { webhookToken: "${CRON}" },
  });
  const environment = { HOME: place.directory, CRON: place.secret() };
  const gateway = await place.start({ environment });
  const outcome = await assertNoLeak([token, key, environment.CRON], () =>
    ownerOf(gateway).call("secrets.status", {}),
  );
  if (outcome.threw) throw outcome.error as Error;
  const time = expect.stringMatching(TIME) as string;
  expect(outcome.result).toEqual({
    state: "healthy",
    generation: 1,
    since: time,
    activatedAt: time,
    lastAttempt: {
      ...{ trigger: "startup", at: time, ok: true, failures: [] },
      durationMs: expect.any(Number) as number,
    },
    providers: [
      { source: "file", provider: "main", refs: 2 },
      { source: "env", provider: "default", refs: 1 },
    ],
    warnings: expect.arrayContaining([
      {
        code: "SECRETS_REF_IGNORED_INACTIVE_SURFACE",
        message: expect.any(String) as string,
        path: "channels.telegram.botToken",
      },
    ]) as unknown,
    gatewayAuthSurface: [
      { path: "gateway.auth.token", active: true, reason: expect.any(String) as string },
      { path: "gateway.remote.token", active: false, reason: expect.any(String) as string },
    ],
    recentEvents: [
      {
        ...{ id: 1, at: time, code: "SECRETS_ACTIVATED", generation: 1, failures: [] },
        message: "generation 1 is in force",
      },
    ],
    gateway: {
      ...{ pid: process.pid, socket: gateway.socket },
      tcp: { host: "127.0.0.1", port: portOf(gateway) },
    },
  });
});

test("a failed reload shows in status with its codes and paths, beside what is still in force", async () => {
  const place = await gatewayPlace();
  await place.writeSecrets({ key: place.secret() });
  await place.writeConfig({ models: { providers: { openai: { apiKey: refTo("key") } } } });
  const gateway = await place.start();
  const { activatedAt } = gateway.status();
  await place.writeSecrets({});
  for (let index = 0; index < 3; index++) await expect(gateway.reload()).rejects.toThrow();
  const status = await ownerOf(gateway).call("secrets.status", {});
  expect(status).toMatchObject({
    ...{ state: "degraded", generation: 1, activatedAt },
    lastAttempt: {
      ...{ trigger: "reload", ok: false },
      failures: [
        {
          ...{ code: "SECRET_NOT_FOUND", source: "file", provider: "main", id: "/key" },
          paths: ["models.providers.openai.apiKey"],
        },
      ],
    },
  });
  expect(status.recentEvents.map(({ id, code }) => [id, code])).toEqual([
    [1, "SECRETS_ACTIVATED"],
    [2, "SECRETS_RELOADER_DEGRADED"],
  ]);
  expect(status.gateway).toEqual({ pid: process.pid, socket: gateway.socket });
  expect(status).not.toHaveProperty("nextAttemptAt");
});

test("of many events the last 50 are kept, and none is numbered twice", async () => {
  const place = await gatewayPlace();
  await place.writeConfig({});
  const gateway = await place.start();
  for (let index = 1; index < 60; index++) await gateway.reload();
  const ids = gateway.status().recentEvents.map(({ id }) => id);
  expect(ids).toEqual(Array.from({ length: 50 }, (_, index) => index + 11));
});

test("after it was closed a gateway tells that nothing is in force", async () => {
  const place = await gatewayPlace();
  await place.writeConfig({});
  const gateway = await place.start();
  await gateway.close();
  expect(gateway.status()).toMatchObject({ state: "inactive", warnings: [], providers: [] });
});
