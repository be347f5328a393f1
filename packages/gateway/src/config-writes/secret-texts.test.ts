import { defineSurface } from "@durar/credential-surface";
import { createSnapshot, prepare, type Snapshot } from "@durar/snapshot";
import { canary } from "@durar/testing";
import { expect, test } from "vitest";
import { SecretTexts } from "./secret-texts.ts";

const surface = defineSurface([{ id: "token" }, { id: "account", expected: "string-or-object" }]);

async function snapshotOf(config: object, environment: Record<string, string> = {}): Promise<Snapshot> {
  const inputs = { stores: [{ kind: "config", value: config }], environment };
  const preparation = await prepare({ surface, providers: [], ...inputs });
  return createSnapshot(inputs, preparation, { generation: 1, activatedAt: 0 });
}

test("the secrets of every snapshot that was in force are known, the texts of objects too", async () => {
  const [old, now, key] = [canary(), canary(), canary()];
  const texts = new SecretTexts();
  texts.add(await snapshotOf({ token: old, other: "no secret" }));
  texts.add(await snapshotOf({ token: now, account: { type: "service", lines: [key, 5, null] } }));
  expect([...texts].sort()).toEqual([old, now, key, "service"].sort());
});

test("so are variables whose names tell so, unless they hold a marker", async () => {
  const [vault, gateway] = [canary(), canary()];
  const environment = {
    VAULT_TOKEN: vault,
    Durar_GATEWAY_PASSWORD: gateway,
    HOME: "/home/me",
    EMPTY_TOKEN: "",
  };
  const texts = new SecretTexts();
  texts.add(await snapshotOf({}, { ...environment, LOCAL_API_KEY: "ollama-local" }));
  expect([...texts].sort()).toEqual([vault, gateway].sort());
});

test("of very many, those that were in force longest ago are forgotten", async () => {
  const texts = new SecretTexts(2);
  for (const token of ["one", "two", "one", "three"]) texts.add(await snapshotOf({ token }));
  expect([...texts]).toEqual(["one", "three"]);
});
