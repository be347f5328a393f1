import { inspect } from "node:util";
import { assertAbsent, assertNoLeak, canary } from "@durar/testing";
import { expect, test } from "vitest";
import { bench, ref } from "../fixtures/bench.ts";

const deep = { showHidden: true, depth: Infinity } as const;

test("nothing that a manager gives away shows a secret: notices, results, errors, status, itself", async () => {
  const [first, second, plain, variable] = [canary(), canary(), canary(), canary()];
  const all = [first, second, plain, variable];
  const { manager, disk, vault, notices } = bench({
    db: { password: ref("password"), certificate: { pem: plain } },
    services: { a: { token: "${TOKEN}-${TOKEN}" }, b: { token: plain, tokenRef: ref("password") } },
  });
  disk.environment = { TOKEN: variable };
  vault.values = { password: first };
  manager.onChange(["services.*.token"], () => Promise.reject(new Error(second)));
  await assertNoLeak(all, async () => {
    const started = await manager.start();
    vault.values = { password: second };
    const { changedPaths, warnings } = await manager.reload();
    vault.values = { password: { not: first } };
    const failure: unknown = await manager.reload().catch((error: unknown) => error);
    const status = manager.status();
    return { started, changedPaths, warnings, failure, status, notices, manager, snapshot: manager.snapshot };
  });
  for (const thing of [manager, manager.snapshot, { ...manager.snapshot }, manager.snapshot.stores])
    assertAbsent(all, inspect(thing, deep) + JSON.stringify(thing));
  expect(`${inspect(manager.snapshot)} ${JSON.stringify(manager.snapshot)}`).toMatch(
    /^\[snapshot, generation 2\] {"generation":2,"activatedAt":\d+}$/,
  );
});

test("what functions that are handed in throw is withheld, and their names for it are told", async () => {
  const secret = canary();
  const throwing = () => Promise.reject(Object.assign(new TypeError(secret), { cause: new Error(secret) }));
  let isBroken = false;
  const { manager, disk, notices } = bench(undefined, {
    admit: async () => {
      if (isBroken) await throwing();
      return { published: () => undefined, abandoned: throwing };
    },
  });
  await manager.start();
  isBroken = true;
  const outcome = await assertNoLeak(secret, async () => {
    const asked = [
      manager.reload(),
      manager.preflight(throwing),
      manager.write(throwing),
      manager.write(async () => ({ inputs: { stores: [{ kind: "config", value: {} }] }, commit: throwing })),
    ];
    const errors = await Promise.all(asked.map((one) => one.catch((error: unknown) => error)));
    disk.failure = { message: secret, toString: () => secret };
    errors.push(await manager.reload().catch((error: unknown) => error));
    return { errors, notices, shown: errors.map((error) => inspect(error, deep)) };
  });
  expect(outcome.threw).toBe(false);
  expect(notices.at(-1)?.failures[0]?.message).toBe(
    "load threw an error without a code; its text is withheld",
  );
});

test("documents that are no plain data are refused by the path, and neither code nor text of theirs is shown", async () => {
  const secret = canary();
  const { manager, disk, vault } = bench();
  vault.values = { password: "first" };
  await manager.start();
  const held = Object.assign(Object.create({ a: 1 }) as object, { secret });
  const cases: [unknown, RegExp][] = [
    [{ list: [1, () => secret] }, /^list\.1 holds a function/],
    [{ list: Symbol(secret) }, /^list holds a symbol/],
    [{ made: held }, /^made holds an object of a class/],
    [{ at: new Date() }, /^at holds an object of a class/],
  ];
  for (const [config, message] of cases) {
    disk.config = config as Record<string, unknown>;
    const outcome = await assertNoLeak(secret, () => manager.reload());
    expect(outcome).toMatchObject({
      threw: true,
      error: {
        code: "SNAPSHOT_INPUTS_INVALID",
        failures: [{ code: "SNAPSHOT_CONTRACT_BROKEN", message: expect.stringMatching(message) as string }],
      },
    });
  }
  expect(manager.status().state).toBe("healthy");
});

test("a value of a provider that is no plain data fails the activation without its content", async () => {
  const secret = canary();
  const { manager, vault } = bench({ db: { certificate: ref("certificate") } });
  vault.values = { certificate: { pem: secret, sign: () => secret } };
  const outcome = await assertNoLeak(secret, () => manager.start());
  expect(outcome).toMatchObject({
    threw: true,
    error: { failures: [{ code: "SNAPSHOT_CONTRACT_BROKEN" }] },
  });
});
