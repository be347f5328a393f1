import { defineSurface, type FirstOfGroup, type Policy } from "@durar/credential-surface";
import { expect, test } from "vitest";
import { bench, ref, rejection } from "../fixtures/bench.ts";

test("200 clients read while 500 reloads alternate between two generations of 50 secrets: none sees a mix", async () => {
  const names = Array.from({ length: 50 }, (_, index) => `s${index}`);
  const paths = names.map((name) => `services.${name}.token`);
  const services = Object.fromEntries(names.map((name) => [name, { token: ref(name) }]));
  const generation = (mark: string) => Object.fromEntries(names.map((name) => [name, `${mark} ${name}`]));
  const { manager, vault } = bench({ services });
  const [even, odd] = [generation("even"), generation("odd")];
  const [evens, odds] = [Object.values(even), Object.values(odd)];
  vault.values = even;
  await manager.start();
  let reloading = true;
  let reads = 0;
  let mixes = 0;
  const seen = new Set<boolean>();
  const client = async (): Promise<void> => {
    while (reloading) {
      const { snapshot } = manager;
      const isEven = snapshot.read("services.s0.token")?.reveal() === "even s0";
      const values = isEven ? evens : odds;
      seen.add(isEven);
      for (const [position, path] of paths.entries()) {
        if (snapshot.read(path)?.reveal() !== values[position]) mixes += 1;
        if (position === 24) await new Promise(setImmediate);
      }
      reads += 1;
    }
  };
  const clients = Array.from({ length: 200 }, client);
  for (let turn = 1; turn <= 500; turn += 1) {
    vault.values = turn % 2 === 0 ? even : odd;
    vault.gate = new Promise(setImmediate);
    await manager.reload();
  }
  reloading = false;
  await Promise.all(clients);
  expect(mixes).toBe(0);
  expect(manager.snapshot.generation).toBe(501);
  expect(seen.size).toBe(2);
  expect(reads).toBeGreaterThan(200);
}, 60_000);

const maps: FirstOfGroup = {
  id: "maps",
  targets: ["maps.north.key", "maps.south.key"],
  unresolvedCode: "MAPS_KEY_UNRESOLVED",
  rank: ({ placesOf }) => ({
    mode: "first",
    reason: "by their order",
    candidates: ["north", "south"].map((name) => ({
      name,
      place: placesOf(`maps.${name}.key`)[0],
      available: false,
    })),
  }),
};
const noGuests: Policy = ({ config, stores }) =>
  (config as { guest?: boolean }).guest === true
    ? stores.map((store) => ({ store, path: ["guest"], message: "no guests here", hint: "remove it" }))
    : [];
const surface = defineSurface([{ id: "maps.north.key" }, { id: "maps.south.key" }], {
  groups: [maps],
  policies: [noGuests],
});

test("of a group, whoever resolves first is in use, and a reload tells when that is another", async () => {
  const config = { maps: { north: { key: ref("north") }, south: { key: ref("south") } } };
  const { manager, vault, read } = bench(config, { surface });
  vault.values = { south: "s" };
  const { warnings } = await manager.start();
  expect(warnings.map(({ code }) => code)).toEqual(["MAPS_KEY_UNRESOLVED"]);
  expect(manager.snapshot.groups).toEqual([{ id: "maps", winner: "south" }]);
  vault.values = { north: "n", south: "s" };
  const { changedPaths } = await manager.reload();
  expect(changedPaths).toEqual(["maps.north.key", "maps.south.key"]);
  expect(manager.snapshot.groups).toEqual([{ id: "maps", winner: "north" }]);
  expect([read("maps.north.key"), read("maps.south.key")]).toEqual(["n", undefined]);
  vault.values = {};
  expect(await rejection(manager.reload())).toEqual([
    "SNAPSHOT_ACTIVATION_FAILED",
    "SECRET_NOT_FOUND",
    "SECRET_NOT_FOUND",
  ]);
  expect(read("maps.north.key")).toBe("n");
});

test("a broken policy fails an activation, with its path and hint", async () => {
  const { manager, disk, read } = bench({ maps: { north: { key: "plain" } } }, { surface });
  await manager.start();
  disk.config = { ...disk.config, guest: true };
  await expect(manager.reload()).rejects.toMatchObject({
    failures: [{ code: "SECRET_REF_POLICY", paths: ["guest"], hint: "remove it" }],
  });
  expect(read("maps.north.key")).toBe("plain");
});

test("malformed refs, broken rules of the secrets block and containers of a wrong type are reasons too", async () => {
  const { manager, disk } = bench();
  await manager.start();
  disk.config = { secrets: { providers: { vault: {} } }, db: { password: { source: "exec" } }, services: [] };
  const failed = await manager.reload().catch((error: unknown) => error);
  const { failures } = failed as { failures: { code: string; paths: string[] }[] };
  expect(failures.map(({ code, paths }) => `${code} ${paths.join()}`)).toEqual([
    expect.stringMatching(/^CONFIG_INVALID secrets\.providers\.vault/),
    "CONFIG_INVALID services",
    "SECRET_REF_INVALID db.password",
  ]);
});
