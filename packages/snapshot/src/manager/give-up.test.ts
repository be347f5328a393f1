import { describe, expect, test } from "vitest";
import { bench, gate, ref, rejection, secrets, until } from "../fixtures/bench.ts";
import type { Inputs, Snapshot } from "../index.ts";

const inputs = (config: Record<string, unknown>): Inputs => ({
  stores: [{ kind: "config", value: { secrets, ...config } }],
});

describe("a write that its caller gives up is not committed", () => {
  const steps = ["build", "resolve", "admit", "queue"] as const;
  test.each(steps)("while it is at: %s", async (step) => {
    const held = gate();
    const log: string[] = [];
    let reached = "";
    const wait = async (here: string): Promise<void> => {
      if (step !== here || manager.status().state === "inactive") return;
      reached = here;
      await held.promise;
    };
    const admit = async () => {
      await wait("admit");
      return {
        published: () => void log.push("published"),
        abandoned: () => {
          log.push("abandoned");
          return Promise.reject(new Error("nobody hears of it"));
        },
      };
    };
    const { manager, vault } = bench(undefined, { admit });
    await manager.start();
    if (step === "resolve") vault.gate = held.promise;
    const before =
      step === "queue" ? manager.preflight(() => held.promise.then(() => inputs({}))) : undefined;
    const caller = new AbortController();
    const build = async () => {
      await wait("build");
      return {
        inputs: inputs({ db: { password: ref("password") } }),
        commit: async () => void log.push("committed"),
      };
    };
    const writing = rejection(manager.write(build, { signal: caller.signal }));
    await until(() => reached === step || step === "queue" || vault.asked.length === 2);
    caller.abort();
    expect(await writing).toEqual(["SNAPSHOT_ABORTED"]);
    // The queue goes on although what the write waits for never came.
    vault.gate = Promise.resolve();
    if (step === "queue") held.open();
    await before;
    await manager.preflight(async () => inputs({}));
    held.open();
    await until(() => step !== "admit" || log.includes("abandoned"));
    expect(log).not.toContain("committed");
    expect(log.filter((one) => one === "abandoned")).toHaveLength(step === "admit" ? 1 : 0);
  });
});

test("what is ready in the same moment as its write is given up is abandoned once, and never published", async () => {
  for (const abortFirst of [true, false]) {
    const log: string[] = [];
    let ready = (): void => undefined;
    const admit = ({ generation }: Snapshot) =>
      new Promise<{ published: () => void; abandoned: () => void }>((resolve) => {
        const admission = {
          published: () => void log.push(`published ${generation}`),
          abandoned: () => void log.push(`abandoned ${generation}`),
        };
        ready = () => resolve(admission);
        if (generation === 1) ready();
      });
    const { manager } = bench(undefined, { admit });
    await manager.start();
    const first = ready;
    const caller = new AbortController();
    const build = async () => ({
      inputs: inputs({}),
      commit: async () => void log.push("committed"),
    });
    const writing = rejection(manager.write(build, { signal: caller.signal }));
    await until(() => ready !== first);
    if (abortFirst) caller.abort();
    ready();
    if (!abortFirst) caller.abort();
    expect(await writing).toEqual(["SNAPSHOT_ABORTED"]);
    await manager.preflight(async () => inputs({}));
    expect(log).toEqual(["published 1", "abandoned 2"]);
  }
});

test("a commit that has begun is not given up: what it wrote is published", async () => {
  const held = gate();
  const { manager } = bench();
  await manager.start();
  const caller = new AbortController();
  let begun = false;
  const commit = async (): Promise<void> => {
    begun = true;
    await held.promise;
  };
  const build = async () => ({ inputs: inputs({}), commit });
  const writing = rejection(manager.write(build, { signal: caller.signal }));
  await until(() => begun);
  caller.abort();
  expect(await writing).toEqual(["SNAPSHOT_ABORTED"]);
  held.open();
  await until(() => manager.status().generation === 2);
});

test("a write that a listener asks for and gives up at once does nothing", async () => {
  const { manager, heard, loads } = bench();
  const log: string[] = [];
  let asked: Promise<unknown> = Promise.resolve();
  manager.onNotice(({ generation }) => {
    if (generation !== 1) return;
    const caller = new AbortController();
    const build = async () => ({ inputs: inputs({}), commit: async () => void log.push("committed") });
    asked = rejection(manager.write(build, { signal: caller.signal }));
    caller.abort();
  });
  await manager.start();
  expect(await asked).toEqual(["SNAPSHOT_ABORTED"]);
  await manager.preflight(async () => inputs({}));
  expect({ log, generation: manager.snapshot.generation, loads: loads() }).toEqual({
    log: [],
    generation: 1,
    loads: 2,
  });
  expect(heard()).toEqual(["SECRETS_ACTIVATED"]);
});
