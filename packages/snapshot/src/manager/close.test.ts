import { describe, expect, test } from "vitest";
import { bench, gate, ref, rejection, until } from "../fixtures/bench.ts";

const inputs = { stores: [{ kind: "config", value: {} }] };

test("after a close everything is refused, and what is in force can still be read", async () => {
  const { manager, read, heard } = bench();
  await manager.start();
  heard();
  manager.close();
  manager.close();
  const submit = async () => ({ inputs, commit: async () => undefined });
  const asked = [manager.start(), manager.reload(), manager.check(), manager.preflight(async () => inputs)];
  for (const one of [...asked, manager.write(submit)])
    expect(await rejection(one)).toEqual(["SNAPSHOT_CLOSED"]);
  expect(read("db.password")).toBe("first");
  expect(manager.status()).toMatchObject({ state: "closed", generation: 1 });
  expect(heard()).toEqual([]);
});

test("a close ends attempts in the background", async () => {
  const recovery = { minimumMs: 1, maximumMs: 1 };
  const { manager, vault } = bench(undefined, { recovery });
  await manager.start();
  vault.broken.set("vault", "SECRET_PROVIDER_TIMEOUT");
  await rejection(manager.reload());
  manager.close();
  expect(manager.status().nextAttemptAt).toBeUndefined();
  const asked = vault.asked.length;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(vault.asked).toHaveLength(asked);
});

describe("a close tells whoever waits, aborts what runs, and leaves nothing made ready behind", () => {
  test.each(["load", "prepare", "admit", "confirm", "commit"])("while a job is at: %s", async (step) => {
    const held = gate();
    const log: string[] = [];
    let isReached = false;
    let aborted = 0;
    let loads = 0;
    const wait = async (here: string, signal: AbortSignal): Promise<void> => {
      if (here !== step || manager.status().state === "inactive") return;
      isReached = true;
      signal.addEventListener("abort", () => (aborted += 1));
      await held.promise;
    };
    const load = async (signal: AbortSignal) => {
      loads += 1;
      await wait(loads === 3 ? "load" : "confirm", signal);
      return { stores: [{ kind: "config", value: { db: { password: ref("password") } } }] };
    };
    const secrets = { providers: { vault: { source: "exec", command: "/bin/vault" } } };
    const { manager, vault } = bench(undefined, {
      load: async (signal) => {
        const { stores } = await load(signal);
        return { stores: stores.map((store) => ({ ...store, value: { secrets, ...store.value } })) };
      },
      admit: async (_next, signal) => {
        await wait("admit", signal);
        return {
          published: () => void log.push("published"),
          abandoned: () => void log.push("abandoned"),
        };
      },
    });
    await manager.start();
    if (step === "prepare") {
      vault.gate = held.promise;
      const resolve = vault.resolve.bind(vault);
      vault.resolve = async (request) => {
        await wait("prepare", request.signal ?? AbortSignal.abort());
        return resolve(request);
      };
    }
    const commit = (signal: AbortSignal): Promise<void> => wait("commit", signal);
    const running = step === "commit" ? manager.write(async () => ({ inputs, commit })) : manager.reload();
    const waiting = manager.check();
    await until(() => isReached);
    manager.close();
    expect(await rejection(running)).toEqual(["SNAPSHOT_CLOSED"]);
    expect(await rejection(waiting)).toEqual(["SNAPSHOT_CLOSED"]);
    expect(aborted).toBe(1);
    held.open();
    const wasAdmitted = ["admit", "confirm", "commit"].includes(step);
    await until(() => !wasAdmitted || log.includes("abandoned"));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(log).toEqual(["published", ...(wasAdmitted ? ["abandoned"] : [])]);
    expect(manager.status()).toMatchObject({ state: "closed", generation: 1 });
  });
});

test("after a close no consumer is told what waited for it", async () => {
  const { manager, vault } = bench();
  const held = gate();
  const told: number[] = [];
  manager.onChange(["db.password"], async ({ snapshot }) => {
    told.push(snapshot.generation);
    await held.promise;
  });
  await manager.start();
  vault.values = { password: "second" };
  await manager.reload();
  manager.close();
  held.open();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(told).toEqual([1]);
});
