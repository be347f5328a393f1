import { DurarError } from "@durar/secretref-schema";
import { expect, test } from "vitest";
import { bench, gate, ref, rejection, until } from "../fixtures/bench.ts";

/** Long enough for several attempts within the bounds used here. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 60));
const recovery = { minimumMs: 2, maximumMs: 16 };
const random = () => 1;

test("what may pass is tried again in the background, with growing delays, until it is published", async () => {
  let time = 0;
  const { manager, vault, notices, heard } = bench(undefined, { recovery, random, now: () => time });
  await manager.start();
  vault.broken.set("vault", "SECRET_PROVIDER_TIMEOUT");
  const delays: (number | undefined)[] = [];
  manager.onNotice(({ code }) => {
    if (code !== "SECRETS_RECOVERY_SCHEDULED") return;
    delays.push((manager.status().nextAttemptAt ?? Number.NaN) - time);
    time += 1;
    if (delays.length === 6) vault.broken.clear();
  });
  await rejection(manager.reload());
  await until(() => manager.status().state === "healthy");
  expect(delays).toEqual([4, 8, 16, 16, 16, 16]);
  expect(manager.status()).toMatchObject({
    generation: 2,
    nextAttemptAt: undefined,
    lastAttempt: { trigger: "recovery", ok: true },
  });
  await pause();
  expect(vault.asked).toHaveLength(8);
  expect(heard().filter((code) => code === "SECRETS_RELOADER_RECOVERED")).toHaveLength(1);
  expect(notices.filter(({ code }) => code === "SECRETS_RELOADER_DEGRADED")).toHaveLength(1);
});

test("a permanent error is never tried again in the background, not even beside one that may pass", async () => {
  const services = { a: { token: ref("a", "safe") } };
  const { manager, vault } = bench({ db: { password: ref("password") }, services }, { recovery, random });
  vault.values = { password: "first", a: "token" };
  await manager.start();
  vault.broken.set("safe", "SECRET_PROVIDER_TIMEOUT");
  vault.values = { a: "token" };
  await rejection(manager.reload());
  expect(manager.status()).toMatchObject({ state: "degraded", nextAttemptAt: undefined });
  const asked = vault.asked.length;
  await pause();
  expect(vault.asked).toHaveLength(asked);
});

test("an attempt in the background that fails for good is the last", async () => {
  const { manager, vault } = bench(undefined, { recovery, random });
  await manager.start();
  vault.broken.set("vault", "SECRET_PROVIDER_TIMEOUT");
  await rejection(manager.reload());
  vault.broken.clear();
  vault.values = {};
  await until(() => manager.status().lastAttempt?.trigger === "recovery");
  await until(() => manager.status().nextAttemptAt === undefined);
  const asked = vault.asked.length;
  await pause();
  expect(vault.asked).toHaveLength(asked);
});

test("it can be switched off", async () => {
  const { manager, vault, heard } = bench(undefined, { recovery: false });
  await manager.start();
  vault.broken.set("vault", "SECRET_PROVIDER_TIMEOUT");
  await rejection(manager.reload());
  expect(manager.status().nextAttemptAt).toBeUndefined();
  expect(heard()).not.toContain("SECRETS_RECOVERY_SCHEDULED");
});

test("any other activation that fails starts the delays anew", async () => {
  const { manager, vault } = bench(undefined, { recovery: { minimumMs: 1_000 }, random, now: () => 0 });
  await manager.start();
  vault.broken.set("vault", "SECRET_PROVIDER_TIMEOUT");
  for (let turn = 0; turn < 3; turn += 1) {
    await rejection(manager.reload());
    expect(manager.status().nextAttemptAt).toBe(2_000);
  }
});

test("documents that cannot be read meanwhile neither end it nor start the delays anew", async () => {
  const { manager, disk, vault } = bench(undefined, { recovery, random });
  await manager.start();
  vault.broken.set("vault", "SECRET_PROVIDER_TIMEOUT");
  await rejection(manager.reload());
  disk.failure = new DurarError({
    code: "CONFIG_INVALID",
    kind: "invalid-config",
    message: "no",
    hint: "mend",
  });
  expect(await rejection(manager.reload())).toEqual(["SNAPSHOT_INPUTS_INVALID", "CONFIG_INVALID"]);
  await until(() => manager.status().lastAttempt?.trigger === "recovery");
  disk.failure = undefined;
  vault.broken.clear();
  await until(() => manager.status().state === "healthy");
  expect(manager.status().lastAttempt?.trigger).toBe("recovery");
});

test("a reload that joins a waiting attempt in the background is answered, and the attempt is its own", async () => {
  const { manager, vault } = bench(undefined, { recovery, random });
  await manager.start();
  vault.broken.set("vault", "SECRET_PROVIDER_TIMEOUT");
  await rejection(manager.reload());
  const held = gate();
  const inputs = { stores: [{ kind: "config", value: {} }] };
  const before = manager.preflight(() => held.promise.then(() => inputs));
  await until(() => manager.status().nextAttemptAt === undefined);
  vault.broken.clear();
  const reloading = manager.reload();
  held.open();
  await before;
  expect((await reloading).snapshot.generation).toBe(2);
  expect(manager.status().lastAttempt).toMatchObject({ trigger: "reload", ok: true });
});

test("where an attempt waits already, no further one is announced", async () => {
  const { manager, vault, heard } = bench(undefined, { recovery, random });
  await manager.start();
  vault.broken.set("vault", "SECRET_PROVIDER_TIMEOUT");
  await rejection(manager.reload());
  const held = gate();
  const inputs = { stores: [{ kind: "config", value: {} }] };
  const before = manager.preflight(() => held.promise.then(() => inputs));
  await until(() => manager.status().nextAttemptAt === undefined);
  heard();
  vault.broken.clear();
  held.open();
  await before;
  await until(() => manager.status().state === "healthy");
  expect(heard()).toEqual(["SECRETS_ACTIVATED", "SECRETS_RELOADER_RECOVERED"]);
});

test("an activation that took too long is tried again", async () => {
  const { manager, vault } = bench(undefined, { recovery, random, activationTimeoutMs: 100 });
  await manager.start();
  vault.gate = new Promise(() => undefined);
  expect(await rejection(manager.reload())).toEqual(["SNAPSHOT_ACTIVATION_FAILED", "SNAPSHOT_TIMEOUT"]);
  vault.gate = Promise.resolve();
  await until(() => manager.status().generation === 2);
});
