import { DurarError } from "@durar/secretref-schema";
import { expect, onTestFinished, test } from "vitest";
import { bench, gate, ref, rejection, until } from "../fixtures/bench.ts";

const invalid = () =>
  new DurarError({ code: "CONFIG_INVALID", kind: "invalid-config", message: "line 3", hint: "mend it" });

test("a reload swaps all values at once, and tells which paths changed", async () => {
  const { manager, disk, vault, read } = bench({ db: { password: ref("password") }, port: 1 });
  await manager.start();
  const before = manager.snapshot;
  vault.values = { password: "second" };
  disk.config = { ...disk.config, port: 2 };
  const { changedPaths, snapshot } = await manager.reload();
  expect(changedPaths).toEqual(["db.password", "port"]);
  expect(snapshot.generation).toBe(2);
  expect(read("db.password")).toBe("second");
  expect(before.read("db.password")?.reveal()).toBe("first");
});

test("while a vault is down for twenty reloads, one event is sent, then warnings, and readers are served", async () => {
  const { manager, vault, heard, read, notices } = bench();
  await manager.start();
  heard();
  const before = manager.snapshot;
  vault.broken.set("vault", "SECRET_PROVIDER_TIMEOUT");
  for (let turn = 0; turn < 20; turn += 1) {
    expect(await rejection(manager.reload())).toEqual([
      "SNAPSHOT_ACTIVATION_FAILED",
      "SECRET_PROVIDER_TIMEOUT",
    ]);
    expect(read("db.password")).toBe("first");
  }
  expect(manager.snapshot).toBe(before);
  expect(heard()).toEqual([
    "SECRETS_RELOADER_DEGRADED",
    ...Array.from({ length: 19 }, () => "SECRETS_RELOAD_FAILED"),
  ]);
  expect(manager.status()).toMatchObject({ state: "degraded", generation: 1 });
  expect(manager.status().lastAttempt).toMatchObject({
    ok: false,
    failures: [{ code: "SECRET_PROVIDER_TIMEOUT" }],
  });
  vault.broken.clear();
  await manager.reload();
  await manager.reload();
  expect(heard()).toEqual(["SECRETS_ACTIVATED", "SECRETS_RELOADER_RECOVERED", "SECRETS_ACTIVATED"]);
  expect(notices.filter(({ event, level }) => event && level === "error")).toHaveLength(1);
  expect(manager.status()).toMatchObject({ state: "healthy", generation: 3 });
});

test("a preflight while degraded changes neither state nor notices, whatever comes of it", async () => {
  const { manager, disk, vault, heard } = bench();
  await manager.start();
  vault.values = {};
  await rejection(manager.reload());
  heard();
  const before = manager.status();
  const good = { stores: [{ kind: "config", value: { db: { password: "plain" } } }] };
  expect(await manager.preflight(async () => good)).toEqual({ warnings: [], refsChecked: 0 });
  const bad = { stores: [{ kind: "config", value: disk.config }] };
  expect(await rejection(manager.preflight(async () => bad))).toEqual([
    "SNAPSHOT_ACTIVATION_FAILED",
    "SECRET_NOT_FOUND",
  ]);
  expect(manager.status()).toEqual(before);
  expect(heard()).toEqual([]);
});

test("a check that fails makes the state degraded; one that passes publishes nothing", async () => {
  const { manager, vault, heard } = bench();
  await manager.start();
  heard();
  expect(await manager.check()).toEqual({ warnings: [], refsChecked: 1 });
  expect(manager.status()).toMatchObject({ state: "healthy", generation: 1 });
  vault.values = {};
  expect(await rejection(manager.check())).toEqual(["SNAPSHOT_ACTIVATION_FAILED", "SECRET_NOT_FOUND"]);
  vault.values = { password: "first" };
  await manager.check();
  expect(manager.status()).toMatchObject({ state: "degraded", lastAttempt: { trigger: "check", ok: true } });
  expect(heard()).toEqual(["SECRETS_RELOADER_DEGRADED"]);
});

test("documents that cannot be read are told of, and change no state", async () => {
  const { manager, disk, heard, notices } = bench();
  await manager.start();
  heard();
  disk.failure = invalid();
  expect(await rejection(manager.reload())).toEqual(["SNAPSHOT_INPUTS_INVALID", "CONFIG_INVALID"]);
  expect(manager.status()).toMatchObject({ state: "healthy", generation: 1 });
  expect(heard()).toEqual(["CONFIG_INVALID"]);
  expect(notices.at(-1)).toMatchObject({ event: false, failures: [{ message: "line 3" }] });
});

test("of several reasons why documents cannot be read, those without a code are withheld and the others told", async () => {
  const { manager, disk } = bench();
  await manager.start();
  disk.failure = new AggregateError([invalid(), new Error("x"), invalid()]);
  expect(await rejection(manager.reload())).toEqual([
    "SNAPSHOT_INPUTS_INVALID",
    "CONFIG_INVALID",
    "CONFIG_INVALID",
    "SNAPSHOT_STEP_FAILED",
  ]);
});

test("ten reloads while one is at work are one more, and each caller is answered", async () => {
  const { manager, vault } = bench();
  await manager.start();
  const held = gate();
  vault.gate = held.promise;
  const first = manager.reload();
  await until(() => vault.asked.length === 2);
  vault.gate = Promise.resolve();
  vault.values = { password: "second" };
  const others = Array.from({ length: 10 }, () => manager.reload());
  held.open();
  expect((await first).snapshot.generation).toBe(2);
  const answers = await Promise.all(others);
  expect(answers.map(({ snapshot }) => snapshot.generation)).toEqual(Array.from(others, () => 3));
  expect(vault.asked).toHaveLength(3);
  expect(manager.snapshot.read("db.password")?.reveal()).toBe("second");
});

test("a caller who waits no longer ends no reload", async () => {
  const { manager, vault, read } = bench();
  await manager.start();
  const held = gate();
  vault.gate = held.promise;
  vault.values = { password: "second" };
  const caller = new AbortController();
  const reloading = rejection(manager.reload({ signal: caller.signal }));
  await until(() => vault.asked.length === 2);
  caller.abort();
  expect(await reloading).toEqual(["SNAPSHOT_ABORTED"]);
  held.open();
  await until(() => manager.status().generation === 2);
  expect(read("db.password")).toBe("second");
});

test("sixteen providers at work at once make Node print no warning", async () => {
  const aliases = Array.from({ length: 16 }, (_, index) => `p${index}`);
  const exec = { source: "exec", command: "/bin/vault" };
  const providers = Object.fromEntries(aliases.map((alias) => [alias, exec]));
  const warned: Error[] = [];
  const listener = (warning: Error): unknown => warned.push(warning);
  process.on("warning", listener);
  onTestFinished(() => void process.off("warning", listener));
  const { manager, vault } = bench({
    secrets: { providers, resolution: { maxProviderConcurrency: 16 } },
    services: Object.fromEntries(aliases.map((alias) => [alias, { token: ref("password", alias) }])),
  });
  const held = gate();
  vault.gate = held.promise;
  const starting = manager.start();
  await until(() => vault.asked.length === 16);
  held.open();
  await starting;
  await new Promise(setImmediate);
  expect(warned).toEqual([]);
});

test("a signal that is aborted already asks for nothing", async () => {
  const { manager, loads } = bench();
  expect(await rejection(manager.start({ signal: AbortSignal.abort() }))).toEqual(["SNAPSHOT_ABORTED"]);
  expect(loads()).toBe(0);
});

test("a provider that never answers fails the activation once its time is over", async () => {
  const { manager, vault } = bench(undefined, { activationTimeoutMs: 50 });
  await manager.start();
  vault.gate = new Promise(() => undefined);
  expect(await rejection(manager.reload())).toEqual(["SNAPSHOT_ACTIVATION_FAILED", "SNAPSHOT_TIMEOUT"]);
  expect(manager.status().state).toBe("degraded");
});

test("documents that are never read end the same way, and change no state", async () => {
  let answer: () => unknown = () => ({ stores: [{ kind: "config", value: {} }] });
  const load = async () => answer() as never;
  const { manager } = bench(undefined, { load, activationTimeoutMs: 50 });
  await manager.start();
  answer = () => new Promise(() => undefined);
  expect(await rejection(manager.reload())).toEqual(["SNAPSHOT_INPUTS_INVALID", "SNAPSHOT_TIMEOUT"]);
  expect(manager.status().state).toBe("healthy");
});

test("a listener may ask for a reload, and close, from inside a notice or a change", async () => {
  const { manager, vault } = bench();
  const reloads: Promise<unknown>[] = [];
  let changes = 0;
  manager.onNotice(({ generation }) => void (generation === 1 && reloads.push(manager.reload())));
  manager.onChange(["db.password"], ({ snapshot }) => {
    changes += 1;
    vault.values = { password: `after ${snapshot.generation}` };
    if (snapshot.generation === 2) reloads.push(manager.reload());
    if (snapshot.generation === 3) manager.close();
  });
  await manager.start();
  await until(() => manager.status().state === "closed");
  await Promise.all(reloads);
  expect({ changes, generation: manager.snapshot.generation }).toEqual({ changes: 3, generation: 3 });
});

test("whoever is told that a snapshot came into force finds status up to date", async () => {
  const { manager, vault } = bench(undefined, { recovery: {} });
  await manager.start();
  vault.broken.set("vault", "SECRET_PROVIDER_TIMEOUT");
  const seen: unknown[] = [];
  manager.onNotice(({ code }) => {
    const { state, lastAttempt, nextAttemptAt } = manager.status();
    seen.push([code, state, lastAttempt?.ok, nextAttemptAt === undefined]);
  });
  await rejection(manager.reload());
  vault.broken.clear();
  await manager.reload();
  expect(seen).toEqual([
    ["SECRETS_RELOADER_DEGRADED", "degraded", false, true],
    ["SECRETS_RECOVERY_SCHEDULED", "degraded", false, false],
    ["SECRETS_ACTIVATED", "healthy", true, true],
    ["SECRETS_RELOADER_RECOVERED", "healthy", true, true],
  ]);
});
