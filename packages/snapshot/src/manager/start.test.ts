import { expect, test } from "vitest";
import { bench, gate, ref, rejection, until } from "../fixtures/bench.ts";

test("a start asks the providers once, and reads what is on disk twice", async () => {
  const { manager, vault, loads, read, heard } = bench();
  const { snapshot, changedPaths, warnings } = await manager.start();
  expect(vault.asked).toEqual(["vault: password"]);
  expect(loads()).toBe(2);
  expect(read("db.password")).toBe("first");
  expect(snapshot).toBe(manager.snapshot);
  expect({ changedPaths, warnings }).toEqual({ changedPaths: ["db.password"], warnings: [] });
  expect(manager.status()).toMatchObject({ state: "healthy", generation: 1, nextAttemptAt: undefined });
  expect(manager.status().lastAttempt).toMatchObject({ trigger: "startup", ok: true, failures: [] });
  expect(heard()).toEqual(["SECRETS_ACTIVATED"]);
});

test("what changed on disk while a start was at work is resolved again and published", async () => {
  const { manager, disk, vault, read } = bench();
  const held = gate();
  vault.gate = held.promise;
  vault.values = { password: "first", other: "second" };
  const starting = manager.start();
  await until(() => vault.asked.length === 1);
  disk.config = { ...disk.config, db: { password: ref("other") } };
  held.open();
  const { snapshot } = await starting;
  expect(vault.asked).toEqual(["vault: password", "vault: other"]);
  expect(snapshot.generation).toBe(1);
  expect(read("db.password")).toBe("second");
});

test("inputs that change again and again are prepared three times, and then given up", async () => {
  let turn = 0;
  const admitted: string[] = [];
  const { manager, disk, vault } = bench(undefined, {
    admit: async () => ({
      published: () => admitted.push("published"),
      abandoned: () => void admitted.push("abandoned"),
    }),
    load: () => {
      turn += 1;
      return { stores: [{ kind: "config", value: { ...disk.config, turn } }] };
    },
  });
  const failed = await rejection(manager.start());
  expect(failed).toEqual(["SNAPSHOT_ACTIVATION_FAILED", "SECRET_ABORTED"]);
  expect(vault.asked).toHaveLength(3);
  expect(admitted).toEqual(["abandoned", "abandoned", "abandoned"]);
  expect(manager.status().state).toBe("inactive");
});

test("three broken refs on three providers fail a start with every reason, and nothing is in force", async () => {
  const services = { a: { token: ref("a", "safe") }, b: { tokenRef: ref("b", "chest") } };
  const { manager, vault, heard } = bench({ db: { password: ref("password") }, services });
  vault.values = {};
  vault.broken.set("safe", "SECRET_PROVIDER_TIMEOUT");
  vault.broken.set("chest", "SECRET_PROVIDER_EXIT");
  await expect(manager.start()).rejects.toMatchObject({
    code: "SNAPSHOT_ACTIVATION_FAILED",
    paths: ["db.password", "services.a.token", "services.b.tokenRef"],
    failures: [
      { code: "SECRET_NOT_FOUND", provider: "vault", id: "password" },
      { code: "SECRET_PROVIDER_TIMEOUT", provider: "safe", id: "a" },
      { code: "SECRET_PROVIDER_EXIT", provider: "chest", id: "b" },
    ],
  });
  expect(manager.status()).toMatchObject({ state: "inactive", generation: 0, nextAttemptAt: undefined });
  expect(() => manager.snapshot).toThrow(expect.objectContaining({ code: "SNAPSHOT_NOT_ACTIVE" }));
  expect(heard()).toEqual([]);
});

test("the same refs on entries that are off are ignored, with a warning each", async () => {
  const services = {
    a: { enabled: false, token: ref("a", "safe") },
    b: { enabled: false, tokenRef: ref("b", "chest") },
  };
  const { manager, vault } = bench({ db: { password: "plain" }, services });
  const { warnings } = await manager.start();
  expect(vault.asked).toEqual([]);
  expect(warnings.map(({ code, path }) => [code, path?.join(".")])).toEqual([
    ["SECRETS_REF_IGNORED_INACTIVE_SURFACE", "services.a.token"],
    ["SECRETS_REF_IGNORED_INACTIVE_SURFACE", "services.b.tokenRef"],
  ]);
});

test("a start that failed can be tried again, and one that succeeded cannot", async () => {
  const { manager, vault } = bench();
  vault.values = {};
  expect(await rejection(manager.start())).toEqual(["SNAPSHOT_ACTIVATION_FAILED", "SECRET_NOT_FOUND"]);
  vault.values = { password: "now" };
  await manager.start();
  expect(await rejection(manager.start())).toEqual(["SNAPSHOT_ALREADY_STARTED"]);
});

test("starts that overlap are one", async () => {
  const { manager, vault } = bench();
  const [one, other] = await Promise.all([manager.start(), manager.start()]);
  expect(one.snapshot).toBe(other.snapshot);
  expect(vault.asked).toHaveLength(1);
});

test("before the start, nothing can be asked for, and status says of no attempt", async () => {
  const { manager } = bench();
  const build = async () => ({ stores: [] });
  const submit = async () => ({ inputs: { stores: [] }, commit: async () => undefined });
  const asked = [manager.reload(), manager.check(), manager.preflight(build), manager.write(submit)];
  for (const one of asked) expect(await rejection(one)).toEqual(["SNAPSHOT_NOT_ACTIVE"]);
  expect(manager.status().lastAttempt).toBeUndefined();
});

test("documents that cannot be read fail a start with every reason and no notice", async () => {
  const { manager, disk, heard } = bench();
  disk.failure = new AggregateError([new Error("one"), new Error("two")]);
  expect(await rejection(manager.start())).toEqual(["SNAPSHOT_INPUTS_INVALID", "SNAPSHOT_STEP_FAILED"]);
  expect(heard()).toEqual([]);
});

test("a start given up by its caller is not another's failure", async () => {
  const { manager, vault } = bench();
  const held = gate();
  vault.gate = held.promise;
  const caller = new AbortController();
  const first = rejection(manager.start({ signal: caller.signal }));
  await until(() => vault.asked.length === 1);
  caller.abort();
  vault.gate = Promise.resolve();
  const second = manager.start();
  expect(await first).toEqual(["SNAPSHOT_ABORTED"]);
  expect((await second).snapshot.generation).toBe(1);
  expect(vault.asked).toHaveLength(2);
  held.open();
});
