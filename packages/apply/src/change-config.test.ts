import { existsSync, statSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readTextFile } from "@durar/config-document";
import { assertNoLeak, canary, writeScript } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { env, file, install, type Attempt, type Installation } from "./fixtures/installation.ts";
import { ApplyError, changeConfig, type ChangeConfigOptions } from "./index.ts";

const token = ["gateway", "auth", "token"];
const openai = ["models", "providers", "openai", "apiKey"];
const config = `{
  // edited by hand
  secrets: { providers: { filemain: { source: "file", path: "<dir>/secrets.json" } } },
  gateway: { auth: { token: "\${GATEWAY_TOKEN}" /* rotated monthly */ } },
  models: { providers: { openai: { apiKey: "<<old>>" } } },
}
`;

/** Makes a change on an installation; no value may be seen in what it answers or throws. */
async function change(
  { directory, journal, place }: Installation,
  options: Partial<ChangeConfigOptions>,
  secrets: readonly string[] = [],
): Promise<Attempt> {
  const path = join(directory, "Durar.json");
  const { stores, ...others } = place();
  const absent = { kind: "config", format: "json5", path, read: () => readTextFile(path) } as const;
  const outcome = await assertNoLeak(secrets, () =>
    changeConfig(
      Object.freeze({
        ...{ ...others, journal, mode: "write", fields: [] },
        stores: stores.some(({ kind }) => kind === "config") ? stores : [absent, ...stores],
        ...options,
      }),
    ),
  );
  if (!outcome.threw) return { ok: true, result: outcome.result };
  const { error } = outcome;
  if (!(error instanceof ApplyError)) throw error;
  const reasons = error.failures.map(({ code, paths }) => `${code} ${paths.join()}`);
  return { ok: false, code: error.code, reasons };
}

describe("a field of the configuration", () => {
  test("gets plaintext, and everything else of the text stays; what was there is not shown", async () => {
    const state = await install({ "Durar.json": config }, { GATEWAY_TOKEN: "<<token>>" });
    const value = canary();
    const before = state.text("Durar.json");
    const attempt = await change(state, { fields: [{ path: openai, value }] }, [value, state.secret("old")]);
    expect(attempt).toMatchObject({
      ok: true,
      result: {
        changed: true,
        edits: [{ action: "set-value", path: openai.join("."), was: "********", becomes: "********" }],
        refsChecked: 1,
      },
    });
    expect(state.text("Durar.json").replace(value, "<<old>>")).toBe(before);
  });

  test("gets a ref and the provider that it needs, once it resolves", async () => {
    const state = await install(
      { "Durar.json": config, "other.json": `{"key": "<<key>>"}` },
      { GATEWAY_TOKEN: "t" },
    );
    const path = join(state.directory, "other.json");
    const attempt = await change(state, {
      fields: [{ path: openai, value: file("/key", "other") as never }],
      providerUpserts: { other: { source: "file", path } },
    });
    expect(attempt).toMatchObject({ ok: true, result: { refsChecked: 2 } });
    expect(state.text("Durar.json")).toContain(`other: { source: "file", path: "<dir>/other.json" }`);
    expect(state.text("Durar.json")).toContain(`apiKey: { source: "file", provider: "other", id: "/key" }`);
  });

  test("that says the same already, in whichever way, is left as it is written", async () => {
    const state = await install({ "Durar.json": config }, { GATEWAY_TOKEN: "t" });
    const before = state.text("Durar.json");
    const attempt = await change(state, {
      fields: [
        { path: token, value: env("GATEWAY_TOKEN") as never },
        { path: openai, value: state.secret("old") },
      ],
    });
    expect(attempt).toMatchObject({ ok: true, result: { changed: false, edits: [] } });
    expect(state.text("Durar.json")).toBe(before);
  });

  test("is shown as it will be where it holds no credential", async () => {
    const state = await install({ "Durar.json": config }, { GATEWAY_TOKEN: "t" });
    const fields = [{ path: ["gateway", "auth", "mode"], value: "token" }];
    expect(await change(state, { fields, mode: "dry-run" })).toMatchObject({
      ok: true,
      result: { edits: [{ path: "gateway.auth.mode", becomes: '"token"' }] },
    });
    expect(state.text("Durar.json")).not.toContain("mode:");
  });
});

describe("nothing is written", () => {
  test("where refs do not resolve: those that are set, in use or not, those that are kept, and all others in use", async () => {
    const state = await install(
      { "Durar.json": config, "secrets.json": `{"number": 5}` },
      { Durar_GATEWAY_TOKEN: "wins, so that gateway.auth.token is not in use" },
    );
    const before = state.texts();
    const attempt = await change(state, {
      fields: [{ path: openai, value: file("/number") as never }],
      keep: [token],
    });
    expect(attempt).toMatchObject({
      ok: false,
      code: "APPLY_REFUSED",
      reasons: ["SECRET_VALUE_TYPE models.providers.openai.apiKey", "SECRET_NOT_FOUND gateway.auth.token"],
    });
    expect(state.texts()).toEqual(before);
    // What is neither set nor kept and not in use stands in nobody's way.
    const others = await change(state, { fields: [{ path: openai, value: canary() }] });
    expect(others).toMatchObject({ ok: true });
  });

  test("where the configuration would break a rule", async () => {
    const state = await install({ "Durar.json": config }, { GATEWAY_TOKEN: "t" });
    const fields = [{ path: ["gateway", "auth", "mode"], value: "certificate" }];
    expect(await change(state, { fields })).toMatchObject({
      ok: false,
      reasons: ["CONFIG_INVALID gateway.auth.mode"],
    });
  });

  test("where an exec ref may not run; with consent it does", async () => {
    const state = await install({
      "Durar.json": `{ secrets: { providers: { vault: { source: "exec", command: "<dir>/vault" } } } }`,
    });
    const answer = JSON.stringify({ protocolVersion: 1, values: { key: state.secret("key") } });
    await writeScript(join(state.directory, "vault"), `#!/bin/sh\necho '${answer}'\n`);
    const fields = [{ path: openai, value: { source: "exec", provider: "vault", id: "key" } }];
    await expect(change(state, { fields })).rejects.toMatchObject({ code: "SECRET_EXEC_NOT_ALLOWED" });
    expect(await change(state, { fields, mode: "dry-run" })).toMatchObject({
      ok: true,
      result: { skippedExecRefs: 1 },
    });
    expect(state.text("Durar.json")).not.toContain("apiKey");
    expect(await change(state, { fields, allowExec: true })).toMatchObject({
      ok: true,
      result: { skippedExecRefs: 0, changed: true },
    });
  });
});

describe("a configuration that is missing", () => {
  const fields = [{ path: token, value: "t0ken" }];

  test("is made where it may be, for its owner alone, in plain JSON5", async () => {
    const state = await install({});
    expect(await change(state, { fields, mayCreateConfig: true })).toMatchObject({
      ok: true,
      result: { changedFiles: [join(state.directory, "Durar.json")] },
    });
    expect(state.text("Durar.json")).toBe(`{
  gateway: {
    auth: { token: "t0ken" }
  }
}
`);
    expect(statSync(join(state.directory, "Durar.json")).mode & 0o777).toBe(0o600);
  });

  test("can be looked at before its directory is made", async () => {
    const state = await install({});
    await rm(state.directory, { recursive: true });
    expect(await change(state, { fields, mayCreateConfig: true, mode: "dry-run" })).toMatchObject({
      ok: true,
    });
    expect(existsSync(state.directory)).toBe(false);
    await mkdir(state.directory);
  });

  test("is refused where it may not be made", async () => {
    const state = await install({});
    expect(await change(state, { fields })).toMatchObject({
      ok: false,
      reasons: ["APPLY_STORE_UNREADABLE "],
    });
    expect(existsSync(join(state.directory, "Durar.json"))).toBe(false);
  });
});
