import { createDurarSurface, withoutSecrets } from "@durar/durar-config";
import { differingParts, digestConfig } from "@durar/gateway-client";
import { writePrivate } from "@durar/testing";
import { expect, test } from "vitest";
import { gatewayPlace, ownerOf, refTo, type GatewayPlace } from "../fixtures/gateway-place.ts";

async function resolver(place: GatewayPlace, config: object) {
  await place.writeConfig(config);
  const client = ownerOf(await place.start());
  return (targetIds: readonly string[], paths?: readonly string[]) =>
    client.call("secrets.resolve", {
      commandName: "durar status",
      targetIds,
      ...(paths === undefined ? {} : { paths }),
    });
}

const KEYS = "models.providers.*.apiKey";

test("each asked place that holds a value is handed out with its path, and no other place", async () => {
  const place = await gatewayPlace();
  const [fromFile, plain, other] = [place.secret(), place.secret(), place.secret()];
  await place.writeSecrets({ a: fromFile, other });
  const resolve = await resolver(place, {
    models: { providers: { openai: { apiKey: refTo("a") }, "a.b": { apiKey: plain } } },
    cron: { webhookToken: refTo("other") },
  });
  const result = await resolve([KEYS]);
  expect(result).toMatchObject({ ok: true, diagnostics: [], inactiveRefPaths: [], unresolved: [] });
  expect(result.assignments).toEqual([
    {
      file: "config",
      path: "models.providers.openai.apiKey",
      pathSegments: ["models", "providers", "openai", "apiKey"],
      value: fromFile,
    },
    {
      file: "config",
      path: 'models.providers["a.b"].apiKey',
      pathSegments: ["models", "providers", "a.b", "apiKey"],
      value: plain,
    },
  ]);
  expect(JSON.stringify(await resolve([]))).not.toContain(fromFile);
  expect((await resolve([KEYS, KEYS])).assignments).toHaveLength(2);
});

test("paths narrow the targets down, and never widen them", async () => {
  const place = await gatewayPlace();
  const [one, two] = [place.secret(), place.secret()];
  const resolve = await resolver(place, {
    models: { providers: { openai: { apiKey: one }, groq: { apiKey: two } } },
    cron: { webhookToken: place.secret() },
  });
  const values = async (paths: readonly string[]): Promise<unknown[]> =>
    (await resolve([KEYS], paths)).assignments.map(({ value }) => value);
  expect(await values(["models.providers.groq.apiKey"])).toEqual([two]);
  expect(await values(["cron.webhookToken", "models.providers", "models.providers.*.apiKey", ""])).toEqual(
    [],
  );
  expect(await values([])).toEqual([]);
});

test("a ref on a place that is not in use is named with the reason, and not handed out", async () => {
  const place = await gatewayPlace();
  await place.writeSecrets({ a: place.secret() });
  const resolve = await resolver(place, {
    channels: { telegram: { enabled: false, botToken: refTo("a") } },
    models: { providers: { openai: { enabled: false, apiKey: place.secret() } } },
  });
  const result = await resolve(["channels.telegram.botToken", KEYS]);
  expect(result).toMatchObject({ ok: true, assignments: [], unresolved: [] });
  expect(result.inactiveRefPaths).toEqual([
    { path: "channels.telegram.botToken", reason: expect.stringContaining("enabled") as string },
  ]);
  expect(result.diagnostics).toMatchObject([
    { code: "SECRETS_REF_IGNORED_INACTIVE_SURFACE", path: "channels.telegram.botToken" },
  ]);
});

test("a candidate that was passed over because it failed is unresolved, and the winner is handed out", async () => {
  const place = await gatewayPlace();
  const winner = place.secret();
  await place.writeSecrets({ a: winner });
  const entry = (apiKey: object) => ({ enabled: true, config: { webSearch: { apiKey } } });
  const resolve = await resolver(place, {
    plugins: { entries: { brave: entry(refTo("missing")), google: entry(refTo("a")) } },
  });
  const ids = createDurarSurface(place.layout)
    .targets.map(({ id }) => id)
    .filter((id) => id.endsWith("webSearch.apiKey"));
  const result = await resolve(ids);
  expect(result.assignments.map(({ value }) => value)).toEqual([winner]);
  expect(result.ok).toBe(false);
  expect(result.unresolved).toEqual([
    { path: "plugins.entries.brave.config.webSearch.apiKey", code: "SECRET_NOT_FOUND" },
  ]);
  expect(result.diagnostics.map(({ code }) => code)).toContain("WEB_SEARCH_KEY_UNRESOLVED");
});

test("what an agent's store holds comes with the agent, and what a list holds with its entry's id", async () => {
  const place = await gatewayPlace();
  const [ofMain, ofWork, ofList] = [place.secret(), place.secret(), place.secret()];
  await place.writeSecrets({ work: ofWork });
  const store = (agent: string, profile: object) =>
    writePrivate(
      `${place.directory}/agents/${agent}/agent/auth-profiles.json`,
      JSON.stringify({ profiles: { "openai:default": { type: "api_key", provider: "openai", ...profile } } }),
    );
  await store("main", { key: ofMain });
  await store("work", { keyRef: refTo("work") });
  const resolve = await resolver(place, {
    agents: { list: [{ id: "first" }, { id: "work", memorySearch: { remote: { apiKey: ofList } } }] },
  });
  const ids = createDurarSurface(place.layout).targets.map(({ id }) => id);
  const { assignments } = await resolve(ids.filter((id) => /profile|list\[\]/.test(id)));
  const shown = assignments.map(({ file, agentId, path, entryId, value }) => ({
    ...{ file, agentId, path, entryId, value },
  }));
  const profile = { file: "auth-profiles", path: "profiles.openai:default.key", entryId: undefined };
  expect(shown).toEqual(
    expect.arrayContaining([
      {
        ...{ file: "config", path: "agents.list.1.memorySearch.remote.apiKey" },
        ...{ agentId: undefined, entryId: "work", value: ofList },
      },
      { ...profile, agentId: "main", value: ofMain },
      { ...profile, agentId: "work", value: ofWork },
    ]),
  );
  expect(shown).toHaveLength(3);
});

test("who asked for what is in the log, and what they got is not", async () => {
  const place = await gatewayPlace();
  const resolve = await resolver(place, { models: { providers: { openai: { apiKey: place.secret() } } } });
  await resolve([KEYS]);
  expect(place.log().filter(({ code }) => code === "SECRETS_RESOLVED")).toMatchObject([
    { command: "durar status", targetIds: [KEYS], caller: "socket" },
  ]);
});

test("a service account is handed out as the object it is", async () => {
  const place = await gatewayPlace();
  const serviceAccount = { type: "service_account", private_key: place.secret() };
  const resolve = await resolver(place, { channels: { googlechat: { serviceAccount } } });
  const { assignments } = await resolve(["channels.googlechat.serviceAccount"]);
  expect(assignments.map(({ value }) => value)).toEqual([serviceAccount]);
});

test("what stands at each place is told with its refs, whether it is in use, and why it has no value", async () => {
  const place = await gatewayPlace();
  await place.writeSecrets({ a: place.secret() });
  const entry = (apiKey: object) => ({ enabled: true, config: { webSearch: { apiKey } } });
  const resolve = await resolver(place, {
    plugins: { entries: { brave: entry(refTo("missing")), google: entry(refTo("a")) } },
    channels: { irc: { enabled: false, password: place.secret() } },
    cron: { webhookToken: " " },
  });
  const { places } = await resolve([
    "plugins.entries.brave.config.webSearch.apiKey",
    "plugins.entries.google.config.webSearch.apiKey",
    "channels.irc.password",
    "cron.webhookToken",
  ]);
  const shown = places.map(({ path, holds, refs, active, code }) => ({ path, holds, refs, active, code }));
  expect(shown).toEqual([
    {
      path: "plugins.entries.brave.config.webSearch.apiKey",
      ...{ holds: "ref", refs: [refTo("missing")], active: true, code: "SECRET_NOT_FOUND" },
    },
    {
      path: "plugins.entries.google.config.webSearch.apiKey",
      ...{ holds: "ref", refs: [refTo("a")], active: true, code: undefined },
    },
    { path: "channels.irc.password", holds: "plaintext", refs: [], active: false, code: undefined },
  ]);
  expect(places[2]?.reason).toBe("channels.irc.enabled is false");
});

test("the answer tells of which snapshot it is, and lets what is on disk be compared with it", async () => {
  const place = await gatewayPlace();
  const config = { cron: { webhookToken: place.secret() }, channels: { irc: { enabled: false } } };
  const resolve = await resolver(place, config);
  const { snapshot } = await resolve([]);
  expect(snapshot).toMatchObject({ state: "healthy", generation: 1 });
  const providers = { main: { source: "file", path: `${place.directory}/secrets.json` } };
  const onDisk = { secrets: { providers }, ...config };
  const differing = (other: object): readonly string[] =>
    differingParts(withoutSecrets(other, createDurarSurface(place.layout)), snapshot.config);
  expect(differing(onDisk)).toEqual([]);
  expect(differing({ ...onDisk, channels: {} })).toEqual(["/channels/irc"]);
  expect((await resolve([])).snapshot.config.salt).not.toBe(snapshot.config.salt);
});

test("no guess of a secret can be held against the answer, whether its field was asked for or not", async () => {
  const place = await gatewayPlace();
  const config = {
    cron: { webhookToken: "hunter2" },
    hooks: { token: "hunter3" },
    gateway: { auth: { token: "hunter4", mode: "token" } },
    channels: { irc: { password: "hunter5", url: "https://user:hunter6@host/" } },
  };
  const resolve = await resolver(place, config);
  const { salt, parts } = (await resolve([])).snapshot.config;
  const guessed = digestConfig(config, salt).parts;
  for (const part of ["/cron/webhookToken", "/hooks/token", "/gateway/auth", "/channels/irc"]) {
    expect(parts[part]).toEqual(expect.any(String));
    expect(parts[part]).not.toBe(guessed[part]);
  }
});
