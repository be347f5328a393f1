import { expect, test } from "vitest";
import { bench, gate, ref, until } from "./fixtures/bench.ts";

function twoServices() {
  const services = { a: { token: ref("a") }, b: { token: ref("b") } };
  const made = bench({ db: { password: "plain", host: "one" }, services });
  made.vault.values = { a: "1", b: "1" };
  return made;
}

test("consumers are told of their own values alone; at the first activation, of all their patterns", async () => {
  const { manager, disk, vault } = twoServices();
  const told: string[] = [];
  const listen = (name: string, ...patterns: string[]) =>
    manager.onChange(patterns, ({ changedPaths }) => void told.push(`${name}: ${changedPaths.join(" ")}`));
  listen("a", "services.a.token");
  listen("all", "services.*.token");
  listen("db", "db.password", "db.host");
  await manager.start();
  expect(told.splice(0)).toEqual(["a: services.a.token", "all: services.*.token", "db: db.password db.host"]);
  vault.values = { a: "1", b: "2" };
  await manager.reload();
  expect(told.splice(0)).toEqual(["all: services.b.token"]);
  await manager.reload();
  expect(told.splice(0)).toEqual([]);
  disk.config = { ...disk.config, db: { password: "plain", host: "two" } };
  await manager.reload();
  expect(told.splice(0)).toEqual(["db: db.host"]);
});

test("a ref exchanged for another one with the same value is no change", async () => {
  const { manager, disk, vault } = twoServices();
  let told = 0;
  await manager.start();
  manager.onChange(["services.*.token"], () => void (told += 1));
  vault.values = { ...vault.values, c: "1" };
  disk.config = { ...disk.config, services: { a: { tokenRef: ref("c") }, b: { token: "1" } } };
  expect((await manager.reload()).changedPaths).toEqual([]);
  expect(told).toBe(0);
});

test("entries that come and go, above the pattern and below it, are changes", async () => {
  const { manager, disk } = twoServices();
  await manager.start();
  const told: string[] = [];
  const listen = (pattern: string) =>
    manager.onChange(
      [pattern],
      ({ changedPaths }) => void told.push(`${pattern}: ${changedPaths.join(" ")}`),
    );
  listen("services.*.token");
  listen("services");
  listen("services.b.url");
  const { services, ...rest } = disk.config;
  disk.config = { ...rest, services: { a: { token: ref("a") } } };
  await manager.reload();
  expect(told.splice(0)).toEqual([
    "services.*.token: services.b.token services.b",
    "services: services.b.token services.b",
    "services.b.url: services.b",
  ]);
  disk.config = rest;
  await manager.reload();
  expect(told.splice(0)).toEqual([
    "services.*.token: services.a.token services",
    "services: services.a.token services",
    "services.b.url: services",
  ]);
  disk.config = { ...rest, services };
  await manager.reload();
  expect(told.splice(0)).toEqual([
    "services.*.token: services.a.token services.b.token services",
    "services: services.a.token services.b.token services",
    "services.b.url: services",
  ]);
});

test("an entry that is turned off takes its secret with it", async () => {
  const { manager, disk } = twoServices();
  await manager.start();
  const told: (readonly string[])[] = [];
  manager.onChange(["services.*.token"], ({ changedPaths }) => void told.push(changedPaths));
  disk.config = {
    ...disk.config,
    services: { a: { token: ref("a"), enabled: false }, b: { token: ref("b") } },
  };
  expect((await manager.reload()).changedPaths).toEqual(["services.a.token", "services.a.enabled"]);
  expect(told).toEqual([["services.a.token"]]);
});

test("the stores of agents have consumers of their own", async () => {
  const { manager, disk } = twoServices();
  const user = (agentId: string, login: string) => ({ kind: "users", agentId, value: { login } });
  disk.others = [user("ada", "1"), user("bob", "1")];
  await manager.start();
  const told: (readonly string[])[] = [];
  manager.onChange(["login"], ({ changedPaths }) => void told.push(changedPaths), { store: "users" });
  manager.onChange(["login"], () => void told.push(["the configuration has no login"]));
  disk.others = [user("ada", "1"), user("bob", "2"), user("eve", "1")];
  await manager.reload();
  disk.others = [user("bob", "2")];
  await manager.reload();
  expect(told).toEqual([
    ["login in users of agent bob", "login in users of agent eve"],
    ["login in users of agent ada", "login in users of agent eve"],
  ]);
});

test("one that fails stops no other and undoes nothing; it is named, and its error withheld", async () => {
  const { manager, notices, heard } = twoServices();
  const told: string[] = [];
  const fail = () => {
    throw new Error("secret");
  };
  manager.onChange(["services.*.token"], fail);
  manager.onChange(["db"], () => Promise.reject(new Error("secret")), { name: "two\nlines" });
  manager.onChange(["db"], () => void told.push("told"));
  await manager.start();
  await until(() => notices.length === 3);
  expect(told).toEqual(["told"]);
  expect(heard()).toEqual(["SECRETS_ACTIVATED", "SECRETS_CONSUMER_FAILED", "SECRETS_CONSUMER_FAILED"]);
  const messages = notices.slice(1).map(({ message }) => message);
  expect(messages[0]).toBe(
    "the consumer of services.*.token failed when it was told of a change; its error is withheld",
  );
  expect(messages.join()).not.toMatch(/secret|\n/);
});

test("one that takes its time is told one change at a time, and of what it missed together", async () => {
  const { manager, vault } = twoServices();
  const held = gate();
  const told: unknown[] = [];
  let atWork = 0;
  manager.onChange(["services.*.token"], async ({ changedPaths, snapshot }) => {
    atWork += 1;
    expect(atWork).toBe(1);
    told.push([snapshot.generation, changedPaths]);
    await held.promise;
    atWork -= 1;
  });
  await manager.start();
  vault.values = { a: "2", b: "1" };
  await manager.reload();
  vault.values = { a: "3", b: "3" };
  await manager.reload();
  expect(told).toHaveLength(1);
  held.open();
  await until(() => told.length === 2 && atWork === 0);
  expect(told).toEqual([
    [1, ["services.*.token"]],
    [3, ["services.a.token", "services.b.token"]],
  ]);
});

test("one that has ended is told nothing, not even what waits for it", async () => {
  const { manager, vault } = twoServices();
  const held = gate();
  const told: number[] = [];
  const end = manager.onChange(["services"], async ({ snapshot }) => {
    told.push(snapshot.generation);
    await held.promise;
  });
  await manager.start();
  vault.values = { a: "2", b: "2" };
  await manager.reload();
  end();
  held.open();
  vault.values = { a: "3", b: "3" };
  await manager.reload();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(told).toEqual([1]);
});

test("who comes while others are told is told from the next change on", async () => {
  const { manager, vault } = twoServices();
  const told: number[] = [];
  const listen = () =>
    manager.onChange(["services"], ({ snapshot }) => {
      told.push(snapshot.generation);
      if (snapshot.generation === 1) listen();
    });
  listen();
  await manager.start();
  vault.values = { a: "2", b: "2" };
  await manager.reload();
  expect(told).toEqual([1, 2, 2]);
});

test("a pattern that is none is refused at once", () => {
  expect(() => twoServices().manager.onChange(["a..b"], () => undefined)).toThrow(TypeError);
});
