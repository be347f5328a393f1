import { defineSurface, formatPath, type FirstOfGroup, type GroupCandidate } from "@durar/credential-surface";
import { fromEnv } from "@durar/provider-env";
import type { SecretProvider } from "@durar/secretref-schema";
import { expect, test } from "vitest";
import { prepare } from "./index.ts";

const names = ["first", "second", "third"];

/** Map services of which one is used: the one that `maps.use` names, else the first that yields a key. */
const maps: FirstOfGroup = {
  id: "maps",
  targets: names.map((name) => `maps.${name}.key`),
  unresolvedCode: "MAPS_KEY_UNRESOLVED",
  rank: ({ config, placesOf }) => {
    const { use } = (config as { maps: { use?: string } }).maps;
    const candidates = names.map((name): GroupCandidate => {
      const [place] = placesOf(`maps.${name}.key`);
      return { name, place, available: place?.input.kind === "plaintext" };
    });
    if (use === undefined) return { mode: "first", reason: "maps.use is not set", candidates };
    return {
      mode: "one",
      reason: `maps.use is ${use}`,
      candidates: candidates.filter(({ name }) => name === use),
    };
  },
};

const surface = defineSurface(
  names.map((name) => ({ id: `maps.${name}.key` })),
  { groups: [maps] },
);

/** A provider that is only checked here, and would throw if it were run. */
const unrun: SecretProvider = {
  source: "exec",
  resolve: () => Promise.reject(new Error("must not run")),
  check: async () => undefined,
};
const skipped = { source: "exec", provider: "vault", id: "key" };

async function settled(
  keys: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>>,
  use?: string,
) {
  const services = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, { key }]));
  const config = {
    secrets: { providers: { vault: { source: "exec", command: "/bin/vault" } } },
    maps: { ...services, ...(use === undefined ? {} : { use }) },
  };
  const result = await prepare({
    surface,
    stores: [{ kind: "config", value: config }],
    providers: [fromEnv(), unrun],
    environment,
    checkOnly: ["exec"],
  });
  return {
    ok: result.ok,
    winner: result.groups[0]?.winner,
    inUse: result.entries.flatMap(({ place, activity }) => (activity.active ? [place.path[1]] : [])),
    failed: result.failures.flatMap(({ paths }) => paths),
    warnings: result.warnings.map(({ code, path = [] }) => `${code} ${formatPath(path)}`),
  };
}

test("the first ref that resolves wins; those after it are out of use, with a warning each", async () => {
  const environment = { A: "a", B: "b" };
  expect(await settled({ first: "${A}", second: "${B}", third: "${C}" }, environment)).toEqual({
    ok: true,
    winner: "first",
    inUse: ["first"],
    failed: [],
    warnings: [
      "SECRETS_REF_IGNORED_INACTIVE_SURFACE maps.second.key",
      "SECRETS_REF_IGNORED_INACTIVE_SURFACE maps.third.key",
    ],
  });
});

test("a ref that fails before another wins blocks nothing and is a warning", async () => {
  expect(await settled({ first: "${A}", second: "plain", third: "${B}" }, { B: "b" })).toEqual({
    ok: true,
    winner: "second",
    inUse: ["first", "second"],
    failed: [],
    warnings: ["MAPS_KEY_UNRESOLVED maps.first.key", "SECRETS_REF_IGNORED_INACTIVE_SURFACE maps.third.key"],
  });
});

test("where refs are configured and none resolves, each is a failure", async () => {
  const { ok, winner, failed } = await settled({ first: "${A}", third: "${C}" }, {});
  expect({ ok, winner, failed }).toEqual({
    ok: false,
    winner: undefined,
    failed: ["maps.first.key", "maps.third.key"],
  });
});

test("the one that is selected must resolve, whatever the others come to", async () => {
  const { ok, failed } = await settled({ first: "${A}", second: "${B}" }, { A: "a" }, "second");
  expect({ ok, failed }).toEqual({ ok: false, failed: ["maps.second.key"] });
});

test("where a ref that was only checked might win, nobody has won, and nobody was passed over", async () => {
  expect(await settled({ first: skipped, second: "${B}", third: "${C}" }, { B: "b" })).toEqual({
    ok: false,
    winner: undefined,
    inUse: ["first", "second"],
    failed: [],
    warnings: ["SECRETS_REF_IGNORED_INACTIVE_SURFACE maps.third.key"],
  });
  expect(await settled({ first: "${A}", second: skipped }, {})).toMatchObject({
    winner: undefined,
    failed: [],
    warnings: [],
  });
});

test("a ref that was only checked changes nothing where another has won before it", async () => {
  expect(await settled({ first: "${A}", second: skipped }, { A: "a" })).toMatchObject({
    winner: "first",
    inUse: ["first"],
  });
});
