import type { GatewayClient, GatewayEvent } from "@durar/gateway-client";
import { assertAbsent, canary } from "@durar/testing";
import { expect, test } from "vitest";
import { createDisk, PATIENT, start, type Disk } from "./fixtures/disk-gateway.ts";
import { createVault, type Vault } from "./fixtures/vault.ts";

const secret = canary();

interface Degradable {
  readonly disk: Disk;
  readonly vault: Vault;
}

async function onVault(settings: object = {}): Promise<Degradable> {
  const vault = await createVault({ key: secret });
  const disk = await createDisk({}, { secrets: [secret] });
  await disk.write("Durar.json", {
    secrets: { providers: { vault: { ...vault.provider, ...settings } } },
    talk: { apiKey: { source: "exec", provider: "vault", id: "key" } },
  });
  return { disk, vault };
}

async function isServed(client: GatewayClient): Promise<boolean> {
  const { assignments } = await client.call("secrets.resolve", {
    commandName: "t",
    targetIds: ["talk.apiKey"],
  });
  return assignments[0]?.value === secret;
}

test("a vault that is down for 20 reloads is one event and then warnings, readers are served throughout, and its return is one event", async () => {
  const { disk, vault } = await onVault();
  const { client } = await start(disk);
  const heard: GatewayEvent[] = [];
  const stopped = new AbortController();
  const listening = (async () => {
    for await (const event of client.events({ signal: stopped.signal })) heard.push(event);
  })().catch(() => undefined);
  await expect
    .poll(async () => {
      await client.call("secrets.reload", {});
      return heard.length;
    }, PATIENT)
    .toBeGreaterThan(0);
  const { generation } = await client.call("secrets.status", {});
  await expect.poll(() => heard.at(-1)?.generation, PATIENT).toBe(generation);
  heard.length = 0;

  vault.begin("down");
  let isDown = true;
  const reading = (async () => {
    let reads = 0;
    for (; isDown; reads++) expect(await isServed(client)).toBe(true);
    return reads;
  })();
  for (let reload = 0; reload < 20; reload++)
    await expect(client.call("secrets.reload", {})).rejects.toMatchObject({
      dataCode: "SNAPSHOT_ACTIVATION_FAILED",
      failures: [{ code: "SECRET_PROVIDER_EXIT", paths: ["talk.apiKey"] }],
    });
  const degraded = await client.call("secrets.status", {});
  expect(degraded).toMatchObject({ state: "degraded", generation, lastAttempt: { ok: false } });
  expect(await client.ready()).toMatchObject({ ready: true, state: "degraded", generation });
  expect(disk.log.withCode("SECRETS_RELOADER_DEGRADED")).toMatchObject([{ level: 50 }]);
  const warnings = disk.log.withCode("SECRETS_RELOAD_FAILED");
  expect(warnings.map(({ level }) => level)).toEqual(Array.from({ length: 19 }, () => 40));

  vault.end("down");
  const report = await client.call("secrets.reload", {});
  expect(report).toMatchObject({ generation: generation + 1, changedPaths: [] });
  isDown = false;
  expect(await reading).toBeGreaterThan(20);
  const codes = ["SECRETS_RELOADER_DEGRADED", "SECRETS_ACTIVATED", "SECRETS_RELOADER_RECOVERED"];
  await expect.poll(() => heard.map(({ code }) => code), PATIENT).toEqual(codes);
  const { recentEvents, state } = await client.call("secrets.status", {});
  expect(state).toBe("healthy");
  expect(recentEvents.slice(-3).map(({ code }) => code)).toEqual(codes);
  assertAbsent(secret, JSON.stringify([heard, recentEvents, degraded]));
  stopped.abort();
  await listening;
});

test("what is missing for good is not tried again in the background", async () => {
  const { disk, vault } = await onVault();
  const { gateway } = await start(disk, { recovery: { minimumMs: 1, maximumMs: 10 } });
  vault.answer({}, { key: "NOT_FOUND" });
  await expect(gateway.reload()).rejects.toThrow();
  const calls = vault.calls();
  const { state, nextAttemptAt } = gateway.status();
  expect([state, nextAttemptAt]).toEqual(["degraded", undefined]);
  expect(disk.log.withCode("SECRETS_RECOVERY_SCHEDULED")).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(vault.calls()).toBe(calls);
});

test("a timeout is tried again in the background, later and later, until the vault is back", async () => {
  const { disk, vault } = await onVault({ timeoutMs: 400 });
  const { gateway, client } = await start(disk, { recovery: { minimumMs: 20, maximumMs: 640 } });
  const calls = vault.calls();
  vault.begin("hang");
  await expect(gateway.reload()).rejects.toMatchObject({ failures: [{ code: "SECRET_PROVIDER_TIMEOUT" }] });
  expect(gateway.status().nextAttemptAt).toBeDefined();
  await expect.poll(() => vault.calls() - calls, PATIENT).toBeGreaterThan(3);
  expect(await isServed(client)).toBe(true);
  vault.end("hang");
  await expect.poll(() => gateway.status().state, PATIENT).toBe("healthy");
  expect(gateway.status()).toMatchObject({ lastAttempt: { trigger: "recovery", ok: true } });
  expect(disk.log.withCode("SECRETS_RELOADER_DEGRADED")).toHaveLength(1);
  expect(disk.log.withCode("SECRETS_RELOADER_RECOVERED")).toHaveLength(1);
  expect(disk.log.withCode("SECRETS_RECOVERY_SCHEDULED").length).toBeGreaterThan(3);
});
