import { canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { bench, ref, secrets, surface } from "./fixtures/bench.ts";
import { openVault } from "./fixtures/vault.ts";
import { createSnapshot, prepare, type Snapshot } from "./index.ts";

const pem = { pem: "-----", chain: ["a", "b"] };

async function snapshotOf(config: object, values: Record<string, unknown> = {}): Promise<Snapshot> {
  const { manager, disk, vault } = bench({ ...config });
  vault.values = { password: "from the vault", certificate: pem, ...values };
  disk.environment = { USER: "ada", PASSWORD: "correct horse" };
  disk.others = [
    { kind: "users", agentId: "ada", value: { login: ref("password"), name: "Ada" } },
    { kind: "users", agentId: "bob", value: { login: "plain" } },
    { kind: "users", agentId: "eve", value: { name: "Eve" } },
  ];
  return (await manager.start()).snapshot;
}

describe("read answers", () => {
  test.each([
    ["a ref by what it resolved to", { db: { password: ref("password") } }, "from the vault"],
    ["plaintext as it stands", { db: { password: " plain " } }, " plain "],
    ["a template filled in", { db: { password: "${USER}:${PASSWORD}" } }, "ada:correct horse"],
    ["an escape as the text it stands for", { db: { password: "$${USER}" } }, "${USER}"],
    ["nothing for an empty field", { db: { password: " " } }, undefined],
    ["nothing for an absent field", {}, undefined],
  ])("%s", async (_title, config, value) => {
    const snapshot = await snapshotOf(config);
    expect(snapshot.read("db.password")?.reveal()).toBe(value);
    expect(snapshot.read(["db", "password"])).toBe(snapshot.read("db.password"));
  });

  test("a sibling ref in the place of the field, even beside plaintext", async () => {
    const snapshot = await snapshotOf({ services: { "a.b": { token: "old", tokenRef: ref("password") } } });
    expect(snapshot.read('services["a.b"].token')?.reveal()).toBe("from the vault");
    expect(snapshot.read('services["a.b"].tokenRef')).toBeUndefined();
  });

  test("nothing for what is not in use", async () => {
    const services = { off: { enabled: false, token: "plain" } };
    expect((await snapshotOf({ services })).read("services.off.token")).toBeUndefined();
  });

  test("the same Secret each time, and objects that nobody can change", async () => {
    const snapshot = await snapshotOf({ db: { certificate: ref("certificate") } });
    const secret = snapshot.read("db.certificate");
    expect(snapshot.read("db.certificate")).toBe(secret);
    const value = secret?.reveal() as typeof pem;
    expect(value).toEqual(pem);
    expect(() => value.chain.push("c")).toThrow(TypeError);
    expect(() => (value.pem = "")).toThrow(TypeError);
    expect(() => pem.chain.push("c")).not.toThrow();
    expect(snapshot.read("db.certificate")?.reveal()).toEqual({ ...pem, chain: ["a", "b"] });
    pem.chain.pop();
  });

  test("the secrets of an agent, by the agent alone or by the kind of store too", async () => {
    const snapshot = await snapshotOf({});
    expect(snapshot.read("login", { agentId: "ada" })?.reveal()).toBe("from the vault");
    expect(snapshot.read("login", { agentId: "bob", store: "users" })?.reveal()).toBe("plain");
    expect(snapshot.read("login", { agentId: "eve" })).toBeUndefined();
    expect(snapshot.read("login", { agentId: "bob", store: "config" })).toBeUndefined();
    expect(snapshot.read("login", { store: "users" })).toBeUndefined();
    expect(snapshot.read("login")).toBeUndefined();
  });
});

describe("materialize answers", () => {
  const config = {
    db: { host: "h", password: ref("password"), certificate: ref("certificate") },
    services: {
      a: { url: "u", token: "old", tokenRef: ref("password") },
      off: { enabled: false, token: ref("gone") },
      empty: { token: "" },
      text: { token: "$${USER} ${USER}" },
    },
  };

  test("a sub-tree with its secrets filled in, and without those that are empty or not in use", async () => {
    const snapshot = await snapshotOf(config);
    expect(snapshot.materialize(["db"])).toEqual({ host: "h", password: "from the vault", certificate: pem });
    expect(snapshot.materialize(["services"])).toEqual({
      a: { url: "u", token: "from the vault" },
      off: { enabled: false },
      empty: {},
      text: { token: "${USER} ada" },
    });
    expect(snapshot.materialize([])).toMatchObject({ secrets, db: { host: "h" } });
  });

  test("a field, and a part of a secret that is an object", async () => {
    const snapshot = await snapshotOf(config);
    expect(snapshot.materialize(["db", "password"])).toBe("from the vault");
    expect(snapshot.materialize(["db", "certificate", "chain"])).toEqual(["a", "b"]);
    expect(snapshot.materialize(["db", "certificate", "source"])).toBeUndefined();
    expect(snapshot.materialize(["db", "host"])).toBe("h");
    expect(snapshot.materialize(["gone", "entirely"])).toBeUndefined();
    expect(snapshot.materialize(["services", "off", "token", "id"])).toBeUndefined();
  });

  test("the store of an agent; nothing for one that is not there", async () => {
    const snapshot = await snapshotOf(config);
    expect(snapshot.materialize([], { agentId: "ada" })).toEqual({ login: "from the vault", name: "Ada" });
    expect(snapshot.materialize([], { agentId: "eve" })).toEqual({ name: "Eve" });
    expect(snapshot.materialize([], { agentId: "zoe" })).toBeUndefined();
  });

  test("a copy of its own each time", async () => {
    const snapshot = await snapshotOf(config);
    const copy = snapshot.materialize(["db"]) as { host: string; certificate: typeof pem };
    copy.host = "changed";
    copy.certificate.chain.push("c");
    expect(snapshot.materialize(["db"])).toMatchObject({ host: "h", certificate: pem });
  });
});

test("nothing in a published snapshot can be changed, by whatever way it is reached", async () => {
  const snapshot = await snapshotOf({
    db: { password: ref("password"), certificate: { a: { b: [1] } } },
    services: { a: { token: "x", tokenRef: ref("password") }, off: { enabled: false, token: "${T}-${U}" } },
  });
  const unfrozen: string[] = [];
  const seen = new Set<unknown>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (!Object.isFrozen(value)) unfrozen.push(path);
    // The surface is the program's own.
    for (const name of Reflect.ownKeys(value).filter((key) => key !== "target"))
      walk(Reflect.get(value, name), `${path}.${String(name)}`);
    if ("value" in value) walk(value.value, `${path}.value`);
    if ("reveal" in value) walk((value as { reveal: () => unknown }).reveal(), `${path}.reveal()`);
  };
  const { stores, environment, groups, warnings, config, entries } = snapshot;
  for (const part of [snapshot, stores, environment, groups, warnings, config, entries])
    walk(part, "snapshot");
  expect(unfrozen).toEqual([]);
});

test("it does not share anything with what was loaded", async () => {
  const { manager, disk, read } = bench({ db: { password: "plain" }, list: [{ a: 1 }] });
  const activity = { active: true, reason: "on" };
  const environment = { A: "1" };
  disk.environment = environment;
  const user = { login: "old" };
  disk.others = [{ kind: "users", agentId: "ada", value: user, activity }];
  const { config } = disk as unknown as { config: { db: { password: string }; list: { a: number }[] } };
  const { snapshot } = await manager.start();
  const list = config.list;
  config.db.password = "changed";
  list[0] = { a: 2 };
  environment.A = "2";
  user.login = "new";
  activity.active = false;
  disk.others.pop();
  expect(read("db.password")).toBe("plain");
  expect(snapshot.read("login", { agentId: "ada" })?.reveal()).toBe("old");
  expect(snapshot.config).toMatchObject({ db: { password: "plain" }, list: [{ a: 1 }] });
  expect(snapshot.environment).toEqual({ A: "1" });
  expect(snapshot.stores[1]?.activity).toEqual({ active: true, reason: "on" });
});

test("one can be made without a manager, of a preparation that is ok alone", async () => {
  const token = canary();
  const vault = openVault({ password: token });
  const prepareWith = async (id: string) => {
    const inputs = { stores: [{ kind: "config", value: { secrets, db: { password: ref(id) } } }] };
    return [inputs, await prepare({ surface, providers: [vault], ...inputs })] as const;
  };
  const activated = { generation: 7, activatedAt: 1 };
  const snapshot = createSnapshot(...(await prepareWith("password")), activated);
  expect(snapshot.read("db.password")?.reveal()).toBe(token);
  expect(JSON.stringify(snapshot)).toBe(JSON.stringify(activated));
  expect(snapshot.refsChecked).toBe(1);
  const [inputs, broken] = await prepareWith("gone");
  expect(() => createSnapshot(inputs, broken, activated)).toThrow(TypeError);
});
