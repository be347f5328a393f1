import { assertNoLeak } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { assertScrubbed, env, file, install, type Installation } from "./fixtures/installation.ts";
import { parseDestination, Planner, type Candidate } from "./index.ts";

const noChanges = { upserts: {}, deletes: [] };
const config = `{
  secrets: { providers: {
    filemain: { source: "file", path: "<dir>/secrets.json" },
    single: { source: "file", path: "<dir>/single", mode: "singleValue" },
    few: { source: "env", allowlist: ["ONLY_THIS"] },
  } },
  gateway: { auth: {} },
  models: { providers: {
    openai: { apiKey: "<<openai>>", headers: { Authorization: "<<header>>", "X-Client": "house" } },
    local: { apiKey: "ollama-local" },
    groq: { apiKey: "\${GROQ_API_KEY}" },
    proxy: { apiKey: "x \${GROQ_API_KEY}" },
    odd: { apiKey: 5 },
  } },
  agents: { list: [ { id: "main" }, { id: "work", memorySearch: { remote: { apiKey: "<<memory>>" } } } ] },
  channels: { irc: { enabled: false, password: "<<irc>>" },
    googlechat: { serviceAccount: { private_key: "<<gc>>" } } },
}
`;
const profiles = (key: string): string =>
  JSON.stringify({
    version: 1,
    profiles: {
      "openai:default": { type: "api_key", provider: "openai", key },
      "half:default": { type: "token", provider: "zai", token: "<<beside>>", tokenRef: env("GROQ_API_KEY") },
      "none:default": { type: "token", provider: "zai" },
    },
  });

const state = (environment = {}): Promise<Installation> =>
  install(
    {
      "Durar.json": config,
      "agents/main/agent/auth-profiles.json": profiles("<<openai-main>>"),
      "agents/work/agent/auth-profiles.json": profiles("<<openai-work>>"),
    },
    { GROQ_API_KEY: "<<groq>>", ...environment },
  );

const shown = ({ path, agentId, state: what }: Candidate): string =>
  `${agentId === undefined ? "" : `${agentId}: `}${path.join(".")} ${what}`;

test("plaintext that reads like a template, and is escaped, is plaintext", async () => {
  const { place } = await install({ "Durar.json": `{ gateway: { auth: { token: "$\${NAME}" } } }` });
  expect(new Planner(place()).candidates.map(shown)).toContain("gateway.auth.token plaintext");
});

test("every field that holds a credential is a candidate, and every one that could", async () => {
  const { place } = await state();
  expect(new Planner(place()).candidates.map(shown)).toEqual([
    "gateway.auth.password unset",
    "gateway.auth.token unset",
    "models.providers.openai.apiKey plaintext",
    "models.providers.openai.headers.Authorization plaintext",
    "models.providers.openai.headers.X-Client setting",
    "models.providers.local.apiKey setting",
    "models.providers.groq.apiKey ref",
    "models.providers.proxy.apiKey template",
    "models.providers.odd.apiKey malformed",
    "agents.list.1.memorySearch.remote.apiKey plaintext",
    "channels.irc.password plaintext",
    "channels.googlechat.serviceAccount plaintext",
    ...["main", "work"].flatMap((agent) => [
      `${agent}: profiles.half:default.token plaintext`,
      `${agent}: profiles.none:default.token unset`,
      `${agent}: profiles.openai:default.key plaintext`,
    ]),
  ]);
});

test("a field that is not there yet is found by its path, with what a profile of it would be", async () => {
  const planner = new Planner((await state()).place());
  expect(planner.find("models.providers.new.apiKey")).toMatchObject({
    state: "unset",
    provider: "new",
    isNewProfile: false,
  });
  expect(planner.find("profiles.xai:default.key", "main")).toMatchObject({
    provider: "xai",
    isNewProfile: true,
  });
  expect(planner.find("channels.irc.password")).toMatchObject({
    state: "plaintext",
    activity: { active: false },
  });
  for (const path of [
    "models.openai",
    "models.providers.__proto__.apiKey",
    "a..b",
    "profiles.xai:default.key",
  ])
    expect(planner.find(path), path).toBeUndefined();
  expect(planner.find("profiles.xai:default.key", "nobody")).toBeUndefined();
});

describe("every plaintext gets a ref", () => {
  test("into a JSON file, under its own path, an agent's below its name, a list's entry by its id", async () => {
    const planner = new Planner((await state()).place());
    const { assignments, unmapped } = planner.mapPlaintext({
      source: "file",
      provider: "filemain",
      move: true,
    });
    expect(assignments.map(({ ref, move = false }) => [ref.id, move])).toEqual([
      ["/models/providers/openai/apiKey", true],
      ["/models/providers/openai/headers/Authorization", true],
      ["/agents/list/work/memorySearch/remote/apiKey", true],
      ["/channels/irc/password", true],
      ["/channels/googlechat/serviceAccount", true],
      // Beside a ref, the plaintext goes and the ref stays.
      ["GROQ_API_KEY", false],
      ["/agents/main/profiles/openai:default/key", true],
      ["GROQ_API_KEY", false],
      ["/agents/work/profiles/openai:default/key", true],
    ]);
    expect(unmapped).toMatchObject([{ path: "models.providers.odd.apiKey", line: 13 }]);
  });

  test("to variables: the customary one, and another where that has another value", async () => {
    const planner = new Planner((await state()).place());
    const { assignments, unmapped } = planner.mapPlaintext({
      source: "env",
      provider: "default",
      move: true,
    });
    expect(assignments.map(({ ref }) => ref.id)).toEqual([
      "OPENAI_API_KEY",
      "OPENAI_AUTHORIZATION",
      "AGENTS_WORK_MEMORY_SEARCH_REMOTE_API_KEY",
      "IRC_PASSWORD",
      "GROQ_API_KEY",
      "OPENAI_DEFAULT_KEY",
      "GROQ_API_KEY",
      "WORK_OPENAI_DEFAULT_KEY",
    ]);
    expect(new Set(assignments.map(({ ref }) => ref.id)).size).toBe(assignments.length - 1);
    expect(unmapped.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
      "models.providers.odd.apiKey: it holds neither plaintext nor a valid ref; correct it first",
      "channels.googlechat.serviceAccount: it is an object, and a variable holds text",
    ]);
  });

  test("to variables that a ref can name and a .env file can set", async () => {
    const servers = { x: { env: { npm_config_token: "<<npm>>", NODE_OPTIONS: "<<node>>", A: "<<a>>" } } };
    const installation = await install({
      "Durar.json": JSON.stringify({ plugins: { entries: { acpx: { config: { mcpServers: servers } } } } }),
    });
    const planner = new Planner(installation.place());
    const { assignments } = planner.mapPlaintext({ source: "env", provider: "default", move: true });
    expect(assignments.map(({ ref }) => ref.id)).toEqual(["A", "NODE_OPTIONS_2", "NPM_CONFIG_TOKEN"]);
    const plan = planner.build(assignments, noChanges, {});
    expect(await installation.apply(plan)).toMatchObject({ ok: true });
  });

  test("of its own: of two that would have the same id in a file, the second gets none", async () => {
    const ssh = (key: string): unknown => ({ sandbox: { ssh: { identityData: key } } });
    const list = [ssh("<<first>>"), { id: "0", ...(ssh("<<second>>") as object) }];
    const { place } = await install({
      "Durar.json": JSON.stringify({
        secrets: { providers: { filemain: { source: "file", path: "<dir>/secrets.json" } } },
        agents: { list },
      }),
    });
    const { assignments, unmapped } = new Planner(place()).mapPlaintext({
      source: "file",
      provider: "filemain",
      move: true,
    });
    expect(assignments.map(({ candidate }) => candidate.path[2])).toEqual(["0"]);
    expect(unmapped.map(({ reason }) => reason)).toEqual([
      "another field would have the same id /agents/list/0/sandbox/ssh/identityData",
    ]);
  });

  test("without moving, only where the variable has the value already", async () => {
    const planner = new Planner(
      (await state({ OPENAI_API_KEY: "<<openai>>", IRC_PASSWORD: "<<other>>" })).place(),
    );
    const { assignments, unmapped } = planner.mapPlaintext({
      source: "env",
      provider: "default",
      move: false,
    });
    expect(assignments.map(({ candidate }) => candidate.path.join("."))).toEqual([
      "models.providers.openai.apiKey",
      "profiles.half:default.token",
      "profiles.half:default.token",
    ]);
    expect(unmapped.find(({ path }) => path === "channels.irc.password")?.reason).toMatch(
      /is not set; set it to this value/,
    );
  });

  test("as far as an allowlist, a file of one value or the choice of one agent reach", async () => {
    const planner = new Planner((await state()).place());
    const few = planner.mapPlaintext({ source: "env", provider: "few", move: true });
    expect(few.unmapped.map(({ reason }) => reason)).toContain(
      "the provider's allowlist names no variable for it",
    );
    const single = planner.mapPlaintext({ source: "file", provider: "single", move: true });
    expect(single.assignments.filter(({ ref }) => ref.provider === "single")).toHaveLength(1);
    const work = planner.mapPlaintext(
      { source: "file", provider: "filemain", move: true },
      { agentId: "work" },
    );
    expect(work.assignments.filter(({ candidate }) => candidate.agentId === "main")).toEqual([]);
    const nobody = planner.mapPlaintext({ source: "file", provider: "nobody", move: true });
    expect(nobody.unmapped[0]?.reason).toBe("there is no such provider");
  });
});

test("a plan made of that says what stands there, holds no secret, and can be applied", async () => {
  const installation = await state();
  const names = ["openai", "header", "memory", "irc", "gc", "openai-main", "openai-work"];
  const { assignments } = new Planner(installation.place()).mapPlaintext({
    source: "file",
    provider: "filemain",
    move: true,
  });
  const mine = assignments.filter(({ ref }) => ref.source === "file");
  const outcome = await assertNoLeak(
    names.map((name) => installation.secret(name)),
    () => new Planner(installation.place()).build(mine, noChanges, { generatedBy: "test" }),
  );
  const plan = outcome.threw ? undefined : outcome.result;
  expect(plan?.targets[0]).toEqual({
    type: "models.providers.apiKey",
    path: "models.providers.openai.apiKey",
    pathSegments: ["models", "providers", "openai", "apiKey"],
    providerId: "openai",
    ref: file("/models/providers/openai/apiKey"),
    expect: "plaintext",
    move: true,
  });
  await installation.write("Durar.json", config.replace("apiKey: 5", 'apiKey: ""'));
  expect(await installation.apply(plan)).toMatchObject({
    ok: true,
    result: { warnings: expect.anything() as unknown },
  });
  assertScrubbed(installation, names, ["secrets.json"]);
});

test("a plan creates profiles and takes out plaintext beside refs", async () => {
  const installation = await install(
    { "Durar.json": "{}", "agents/main/agent/auth-profiles.json": profiles("${GROQ_API_KEY}") },
    { GROQ_API_KEY: "<<beside>>" },
  );
  const planner = new Planner(installation.place());
  const beside = planner.find("profiles.half:default.token", "main");
  const fresh = planner.find("profiles.groq:default.key", "main");
  if (beside?.ref === undefined || fresh === undefined) throw new Error("they are there");
  const plan = planner.build(
    [
      { candidate: beside, ref: beside.ref },
      { candidate: fresh, ref: beside.ref },
    ],
    noChanges,
    {},
  );
  expect(plan.targets[1]).toMatchObject({ authProfileProvider: "groq", expect: "absent", agentId: "main" });
  expect(await installation.apply(plan)).toMatchObject({ ok: true });
  expect(JSON.parse(installation.text("agents/main/agent/auth-profiles.json"))).toEqual({
    version: 1,
    profiles: {
      "openai:default": { type: "api_key", provider: "openai", key: "${GROQ_API_KEY}" },
      "none:default": { type: "token", provider: "zai" },
      "half:default": { type: "token", provider: "zai", tokenRef: env("GROQ_API_KEY") },
      "groq:default": { type: "api_key", provider: "groq", keyRef: env("GROQ_API_KEY") },
    },
  });
});

test.each([
  ["env", { source: "env", provider: "default" }],
  ["file", { source: "file", provider: "filemain" }],
  ["file:other", { source: "file", provider: "other" }],
  ["exec:vault", undefined],
  ["file:", undefined],
  ["file:a:b", undefined],
  ["File:a", undefined],
])("the destination %s is read", (text, expected) => {
  const defaults = { env: "default", file: "filemain", exec: "default" };
  expect(parseDestination(text, { defaults })).toEqual(expected);
});
