import { DurarError } from "@durar/secretref-schema";
import { describe, expect, test } from "vitest";
import { bench, gate, ref, rejection, secrets } from "../fixtures/bench.ts";
import type { Inputs, Snapshot } from "../index.ts";

const inputs = (config: Record<string, unknown>): Inputs => ({
  stores: [{ kind: "config", value: { secrets, ...config } }],
});
const refused = () =>
  new DurarError({
    code: "CONFIG_CONFLICT",
    kind: "denied",
    message: "another wrote first",
    hint: "read again",
  });

/** What is made ready for each snapshot, and what became of it. */
function admissions() {
  const log: string[] = [];
  const admit = async ({ generation }: Snapshot) => ({
    published: () => void log.push(`published ${generation}`),
    abandoned: () => void log.push(`abandoned ${generation}`),
  });
  return { log, admit };
}

test("a write commits what was prepared, and publishes that very snapshot", async () => {
  const { log, admit } = admissions();
  const { manager, vault, read } = bench(undefined, { admit });
  await manager.start();
  vault.values = { other: "second" };
  const committed: unknown[] = [];
  const { changedPaths, snapshot } = await manager.write(async () => ({
    inputs: inputs({ db: { password: ref("other") } }),
    commit: async () => void committed.push(manager.snapshot.generation),
  }));
  expect(committed).toEqual([1]);
  expect(changedPaths).toEqual(["db.password"]);
  expect(snapshot).toBe(manager.snapshot);
  expect(read("db.password")).toBe("second");
  expect(vault.asked).toEqual(["vault: password", "vault: other"]);
  expect(log).toEqual(["published 1", "published 2"]);
});

test("a reload queued behind a write does not bring the older documents back", async () => {
  const { manager, disk, vault, read } = bench();
  await manager.start();
  vault.values = { password: "first", other: "second" };
  const config = { secrets, db: { password: ref("other") } };
  const held = gate();
  const writing = manager.write(async () => ({
    inputs: { stores: [{ kind: "config", value: config }] },
    commit: async () => {
      await held.promise;
      disk.config = config;
    },
  }));
  const reloading = manager.reload();
  held.open();
  expect((await writing).snapshot.generation).toBe(2);
  expect((await reloading).snapshot.generation).toBe(3);
  expect(read("db.password")).toBe("second");
});

test("what a write reads is not older than what the job before it wrote", async () => {
  const { manager, disk } = bench();
  await manager.start();
  const writeNext = () =>
    manager.write(async () => {
      const config = { ...disk.config, counter: Number(disk.config["counter"] ?? 0) + 1 };
      return {
        inputs: { stores: [{ kind: "config", value: config }] },
        commit: async () => void (disk.config = config),
      };
    });
  await Promise.all([writeNext(), writeNext(), writeNext()]);
  expect(disk.config["counter"]).toBe(3);
});

describe("a write leaves everything as it is where", () => {
  const config = { db: { password: ref("password") } };
  const commit = async () => undefined;
  const cases: Record<string, [Parameters<ReturnType<typeof bench>["manager"]["write"]>[0], string[]]> = {
    "what is submitted cannot be built": [() => Promise.reject(refused()), ["CONFIG_CONFLICT"]],
    "building it throws an error without a code": [
      () => Promise.reject(new Error("x")),
      ["SNAPSHOT_STEP_FAILED"],
    ],
    "nothing is submitted": [async () => undefined as never, ["SNAPSHOT_STEP_FAILED"]],
    "a ref does not resolve": [
      async () => ({ inputs: inputs({ db: { password: ref("gone") } }), commit }),
      ["SNAPSHOT_ACTIVATION_FAILED", "SECRET_NOT_FOUND"],
    ],
    "it cannot be committed": [
      async () => ({ inputs: inputs(config), commit: () => Promise.reject(refused()) }),
      ["CONFIG_CONFLICT"],
    ],
  };
  test.each(Object.entries(cases))("%s", async (_title, [build, codes]) => {
    const { log, admit } = admissions();
    const { manager, heard } = bench(undefined, { admit });
    await manager.start();
    heard();
    const before = { snapshot: manager.snapshot, status: manager.status() };
    expect(await rejection(manager.write(build))).toEqual(codes);
    expect({ snapshot: manager.snapshot, status: manager.status() }).toEqual(before);
    expect(heard()).toEqual([]);
    const wasAdmitted = codes[0] === "CONFIG_CONFLICT" && build.toString().includes("commit");
    expect(log).toEqual(["published 1", ...(wasAdmitted ? ["abandoned 2"] : [])]);
  });

  test("what goes along with it cannot be made ready", async () => {
    let failing = false;
    const committed: string[] = [];
    const admit = async () => {
      if (failing) throw refused();
      return { published: () => undefined, abandoned: () => undefined };
    };
    const { manager } = bench(undefined, { admit });
    await manager.start();
    failing = true;
    const build = async () => ({
      inputs: inputs({}),
      commit: async () => void committed.push("committed"),
    });
    expect(await rejection(manager.write(build))).toEqual(["SNAPSHOT_ACTIVATION_FAILED", "CONFIG_CONFLICT"]);
    expect(committed).toEqual([]);
    expect(manager.status()).toMatchObject({ state: "healthy", generation: 1 });
  });
});

test("a write that succeeds while degraded is a recovery", async () => {
  const { manager, vault, heard } = bench();
  await manager.start();
  vault.values = {};
  await rejection(manager.reload());
  heard();
  await manager.write(async () => ({ inputs: inputs({}), commit: async () => undefined }));
  expect(heard()).toEqual(["SECRETS_ACTIVATED", "SECRETS_RELOADER_RECOVERED"]);
  expect(manager.status()).toMatchObject({ state: "healthy", lastAttempt: { trigger: "write", ok: true } });
});

test("what throws when it is told of a publish undoes nothing, and is told of", async () => {
  const published = () => {
    throw new Error("x");
  };
  const { manager, heard } = bench(undefined, { admit: async () => ({ published, abandoned: published }) });
  await manager.start();
  await manager.reload();
  expect(heard()).toEqual([
    "SECRETS_CONSUMER_FAILED",
    "SECRETS_ACTIVATED",
    "SECRETS_CONSUMER_FAILED",
    "SECRETS_ACTIVATED",
  ]);
});
