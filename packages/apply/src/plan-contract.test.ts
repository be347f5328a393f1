import { describe, expect, test } from "vitest";
import { env, file, install, planOf, type Installation } from "./fixtures/installation.ts";

const openai = {
  type: "models.providers.apiKey",
  path: "models.providers.openai.apiKey",
  ref: env("OPENAI_API_KEY"),
};

/** A state in which each of the good plans below can be applied. */
function state(): Promise<Installation> {
  return install(
    {
      "Durar.json": `{
  secrets: { providers: {
    filemain: { source: "file", path: "<dir>/secrets.json" },
    single: { source: "file", path: "<dir>/single.txt", mode: "singleValue" },
    spare: { source: "env" },
    vault: { source: "exec", command: "<dir>/vault" },
  }, defaults: { file: "filemain" } },
  models: { providers: { openai: { apiKey: "<<openai>>" }, "a.b": { apiKey: "<<dotted>>" }, "02": { apiKey: "<<numeric>>" },
    groq: { apiKey: { source: "env", provider: "default", id: "GROQ_API_KEY" } } } },
  channels: { telegram: { accounts: { work: { botToken: "<<work>>" } } },
    irc: { enabled: false, password: "<<irc>>" },
    googlechat: { serviceAccount: { client_email: "x@y", private_key: "<<gc>>" } } },
  agents: { list: [ { id: "main", memorySearch: { remote: { apiKey: "<<memory>>" } } } ] },
}\n`,
      "agents/main/agent/auth-profiles.json": JSON.stringify({
        version: 1,
        profiles: {
          "xai:default": { type: "api_key", provider: "xai", key: "<<xai>>" },
          "gh:default": { type: "token", provider: "github-copilot", token: "<<gh>>" },
        },
      }),
      "secrets.json": JSON.stringify({
        stored: "<<openai>>",
        other: "<<other>>",
        gc: { client_email: "x@y", private_key: "<<gc>>" },
      }),
      "single.txt": "<<openai>>\n",
      vault: "#!/bin/sh\nexit 1\n",
    },
    {
      OPENAI_API_KEY: "<<openai>>",
      DOTTED: "<<dotted>>",
      NUMERIC: "<<numeric>>",
      GROQ_API_KEY: "<<groq>>",
      WORK: "<<work>>",
      MEMORY: "<<memory>>",
      XAI: "<<xai>>",
      GH: "<<gh>>",
      IRC: "<<irc>>",
      DIFFERENT: "<<different>>",
      BLANK: "  ",
    },
  );
}

const ok = "ok";
const target = (rule: string, { type, path }: { type: string; path: string } = openai, number = 1): string =>
  `PLAN_TARGET_INVALID target ${number}: Invalid plan target path for ${type}: ${path} (${rule})`;
const only = (more: Readonly<Record<string, unknown>>) => planOf([{ ...openai, ...more }]);
const at = (type: string, path: string, id: string, more: Readonly<Record<string, unknown>> = {}) =>
  planOf([{ type, path, ref: env(id), ...more }]);

/** A plan, and `ok` or every reason why not. */
const table: readonly (readonly [
  name: string,
  plan: unknown,
  expected: "ok" | readonly (string | RegExp)[],
])[] = [
  ["an empty plan", planOf([]), ok],
  ["a plain target", planOf([openai]), ok],
  ["the alias of a type", only({ type: "models.providers.*.apiKey" }), ok],
  ["segments that spell the path", only({ pathSegments: ["models", "providers", "openai", "apiKey"] }), ok],
  [
    "a dotted key, by segments and the dot-joined text",
    at("models.providers.apiKey", "models.providers.a.b.apiKey", "DOTTED", {
      pathSegments: ["models", "providers", "a.b", "apiKey"],
    }),
    ok,
  ],
  [
    "a dotted key, in brackets",
    at("models.providers.apiKey", 'models.providers["a.b"].apiKey', "DOTTED"),
    ok,
  ],
  ["a numeric key of a map", at("models.providers.apiKey", "models.providers.02.apiKey", "NUMERIC"), ok],
  [
    "an entry of a list",
    at("agents.list[].memorySearch.remote.apiKey", "agents.list.0.memorySearch.remote.apiKey", "MEMORY"),
    ok,
  ],
  ["stated provider", only({ providerId: "openai" }), ok],
  [
    "stated account",
    at("channels.telegram.accounts.*.botToken", "channels.telegram.accounts.work.botToken", "WORK", {
      accountId: "work",
    }),
    ok,
  ],
  [
    "an agent's profile",
    at("auth-profiles.api_key.key", "profiles.xai:default.key", "XAI", { agentId: "main" }),
    ok,
  ],
  [
    "an agent's token",
    at("auth-profiles.token.token", "profiles.gh:default.token", "GH", { agentId: "main" }),
    ok,
  ],
  [
    "a new profile",
    at("auth-profiles.api_key.key", "profiles.groq:default.key", "GROQ_API_KEY", {
      agentId: "main",
      authProfileProvider: "groq",
    }),
    ok,
  ],
  ["a field that is not in use", at("channels.irc.password", "channels.irc.password", "IRC"), ok],
  [
    "a field that is not there yet",
    at("models.providers.apiKey", "models.providers.new.apiKey", "GROQ_API_KEY", { expect: "absent" }),
    ok,
  ],
  [
    "what is done already",
    at("models.providers.apiKey", "models.providers.groq.apiKey", "GROQ_API_KEY", { expect: "plaintext" }),
    ok,
  ],
  [
    "an expected ref",
    at("models.providers.apiKey", "models.providers.groq.apiKey", "OPENAI_API_KEY", {
      expect: env("GROQ_API_KEY"),
    }),
    ok,
  ],
  ["a ref without a provider", only({ ref: { source: "env", id: "OPENAI_API_KEY" } }), ok],
  ["a ref into a file", only({ ref: file("/stored") }), ok],
  ["a ref to a single-value file", only({ ref: file("value", "single") }), ok],
  [
    "an object kept as an object",
    planOf([
      {
        type: "channels.googlechat.serviceAccount",
        path: "channels.googlechat.serviceAccount",
        ref: file("/gc"),
      },
    ]),
    ok,
  ],
  [
    "a new provider",
    planOf([{ ...openai, ref: { source: "env", provider: "fresh", id: "OPENAI_API_KEY" } }], {
      providerUpserts: { fresh: { source: "env" } },
    }),
    ok,
  ],
  ["a provider that nobody needs is deleted", planOf([], { providerDeletes: ["spare"] }), ok],
  ["a provider that is not there is deleted", planOf([], { providerDeletes: ["nobody"] }), ok],

  ["no plan", null, ["PLAN_MALFORMED the plan must be an object"]],
  ["an unknown key", { ...planOf([]), extra: 1 }, ["PLAN_MALFORMED extra is not a known key"]],
  ["an unknown key of a target", only({ extra: 1 }), ["PLAN_MALFORMED targets.0.extra is not a known key"]],
  ["a version of another time", { ...planOf([]), version: 2 }, ["PLAN_MALFORMED version must be 1"]],
  [
    "a ref that is none",
    only({ ref: { source: "env", id: "lower" } }),
    [/^PLAN_MALFORMED targets\.0\.ref an env id must match/],
  ],
  [
    "a type nobody knows",
    only({ type: "models" }),
    [target("no target has this type", { ...openai, type: "models" })],
  ],
  [
    "a path that is none",
    only({ path: "models..x" }),
    [target("the path is not well formed", { ...openai, path: "models..x" })],
  ],
  [
    "segments that spell another path",
    only({ pathSegments: ["models", "providers", "xai", "apiKey"] }),
    [target("pathSegments spell another path")],
  ],
  [
    "a forbidden segment",
    only({ path: "models.providers.__proto__.apiKey" }),
    [target("a segment is forbidden", { ...openai, path: "models.providers.__proto__.apiKey" })],
  ],
  [
    "a forbidden segment in segments",
    only({
      path: "models.providers.constructor.apiKey",
      pathSegments: ["models", "providers", "constructor", "apiKey"],
    }),
    [/a segment is forbidden/],
  ],
  [
    "a path of another shape",
    only({ path: "models.openai.apiKey" }),
    [target("the path must be like models.providers.*.apiKey", { ...openai, path: "models.openai.apiKey" })],
  ],
  [
    "an index with a leading zero",
    at("agents.list[].memorySearch.remote.apiKey", "agents.list.00.memorySearch.remote.apiKey", "MEMORY"),
    [/the path must be like agents\.list\[\]/],
  ],
  [
    "an index beyond the list",
    at("agents.list[].memorySearch.remote.apiKey", "agents.list.1.memorySearch.remote.apiKey", "MEMORY"),
    [/\(the list has no entry 1\)$/],
  ],
  [
    "an account where there is none",
    only({ accountId: "x" }),
    [target("accountId is given, and the path has none")],
  ],
  [
    "an agent where there is none",
    only({ agentId: "main" }),
    [target("agentId is given, and the path is in the configuration")],
  ],
  [
    "a profile of nobody",
    at("auth-profiles.api_key.key", "profiles.xai:default.key", "XAI"),
    [/\(agentId is missing\)$/],
  ],
  [
    "a profile of an unknown agent",
    at("auth-profiles.api_key.key", "profiles.xai:default.key", "XAI", { agentId: "nobody" }),
    [/there is no agent nobody/],
  ],
  [
    "a new profile of no provider",
    at("auth-profiles.api_key.key", "profiles.new.key", "XAI", { agentId: "main" }),
    [/authProfileProvider is missing/],
  ],
  [
    "a profile of another type",
    at("auth-profiles.api_key.key", "profiles.gh:default.key", "GH", { agentId: "main" }),
    [/the profile is not of type api_key/],
  ],
  [
    "a profile of another provider",
    at("auth-profiles.api_key.key", "profiles.xai:default.key", "XAI", {
      agentId: "main",
      authProfileProvider: "groq",
    }),
    [/another provider than authProfileProvider/],
  ],
  [
    "a profile's provider where there is no profile",
    only({ authProfileProvider: "openai" }),
    [/the path is not that of a profile/],
  ],
  [
    "a provider that is not configured",
    only({ ref: { source: "env", provider: "nobody", id: "A" } }),
    [/no provider "nobody" is configured/],
  ],
  [
    "a provider of another source",
    only({ ref: { source: "file", provider: "default", id: "/a" } }),
    [/provider "default" is of source "env"/],
  ],
  ["a target twice", planOf([openai, openai]), [target("repeats target 1", openai, 2)]],
  [
    "a provider both deleted and upserted",
    planOf([], { providerUpserts: { spare: { source: "env" } }, providerDeletes: ["spare"] }),
    ['PLAN_PROVIDER_INVALID provider "spare" is both deleted and upserted'],
  ],
  [
    "a provider whose name no map can safely have",
    planOf([], { providerUpserts: { constructor: { source: "env" } }, providerDeletes: ["prototype"] }),
    [
      'PLAN_PROVIDER_INVALID provider "constructor" has a forbidden name',
      'PLAN_PROVIDER_INVALID provider "prototype" has a forbidden name',
    ],
  ],
  [
    "a provider deleted twice",
    planOf([], { providerDeletes: ["spare", "spare"] }),
    ['PLAN_PROVIDER_INVALID provider "spare" is deleted twice'],
  ],
  [
    "a provider deleted that a default names",
    planOf([], { providerDeletes: ["filemain"] }),
    ['PLAN_PROVIDER_INVALID provider "filemain" is deleted, and secrets.defaults still names it'],
  ],
  [
    "a provider deleted that a ref of the plan names",
    planOf([{ ...openai, ref: { source: "env", provider: "spare", id: "OPENAI_API_KEY" } }], {
      providerDeletes: ["spare"],
    }),
    [/no provider "spare" is configured/],
  ],
  [
    "every rule at once",
    planOf(
      [
        { ...openai, type: "x" },
        { ...openai, path: "y" },
      ],
      { providerDeletes: ["spare", "spare"] },
    ),
    [/is deleted twice/, /no target has this type/, /the path must be like/],
  ],
  [
    "another ref than expected",
    at("models.providers.apiKey", "models.providers.groq.apiKey", "OPENAI_API_KEY", { expect: env("OTHER") }),
    ["PLAN_STALE target 1 (models.providers.groq.apiKey) holds another ref, which the plan does not expect"],
  ],
  [
    "plaintext where nothing is expected",
    only({ expect: "absent" }),
    ["PLAN_STALE target 1 (models.providers.openai.apiKey) holds plaintext, which the plan does not expect"],
  ],
  [
    "nothing where plaintext is expected",
    at("models.providers.apiKey", "models.providers.new.apiKey", "GROQ_API_KEY", { expect: "plaintext" }),
    [/PLAN_STALE .* holds nothing/],
  ],
  [
    "nothing to move",
    at("models.providers.apiKey", "models.providers.new.apiKey", "GROQ_API_KEY", { move: true }),
    [/PLAN_STALE .* holds no plaintext that could be moved/],
  ],
  [
    "another value",
    only({ ref: env("DIFFERENT") }),
    ["APPLY_VALUE_DIFFERS target 1 (models.providers.openai.apiKey): differs"],
  ],
  [
    "another value in a field that is not in use",
    at("channels.irc.password", "channels.irc.password", "DIFFERENT"),
    ["APPLY_VALUE_DIFFERS target 1 (channels.irc.password): differs"],
  ],
  ["a value that is not there", only({ ref: env("NOWHERE") }), [/^SECRET_NOT_FOUND .*NOWHERE/]],
  [
    "a value that is not there, in a field that is not in use",
    at("channels.irc.password", "channels.irc.password", "NOWHERE"),
    [/^SECRET_NOT_FOUND .*NOWHERE/],
  ],
  ["a blank value", only({ ref: env("BLANK") }), [/^SECRET_EMPTY/]],
  ["a pointer that leads nowhere", only({ ref: file("/nowhere") }), [/^SECRET_NOT_FOUND/]],
  [
    "text where an object stood",
    planOf([
      {
        type: "channels.googlechat.serviceAccount",
        path: "channels.googlechat.serviceAccount",
        ref: file("/stored"),
      },
    ]),
    [/^APPLY_VALUE_DIFFERS/],
  ],
];

describe("a dry run and a write agree", () => {
  test.each(table)("%s", async (_name, plan, expected) => {
    const installation = await state();
    const before = installation.texts();
    const dry = await installation.dryRun(plan);
    const written = await installation.apply(plan);
    if (expected === ok) {
      expect(dry).toMatchObject({ ok: true, result: { mode: "dry-run" } });
      expect(written).toMatchObject({ ok: true, result: { mode: "write" } });
      if (dry.ok && written.ok) {
        expect({ ...written.result, mode: "dry-run" }).toEqual(dry.result);
        expect(await installation.apply(plan)).toMatchObject({
          ok: true,
          result: { changed: false, edits: [] },
        });
      }
    } else {
      expect(written).toEqual(dry);
      const reasons = dry.ok ? [] : dry.reasons;
      expect(reasons.map((reason, index) => matches(reason, expected[index]) || reason)).toEqual(
        expected.map(() => true),
      );
      expect(reasons).toHaveLength(expected.length);
      expect(installation.texts()).toEqual(before);
    }
  });

  test("of at least forty plans", () => {
    expect(table.length).toBeGreaterThanOrEqual(40);
  });
});

function matches(reason: string, expected: string | RegExp | undefined): boolean {
  return typeof expected === "string" ? reason === expected : expected?.test(reason) === true;
}

test("a target whose way leads through something else than an object is refused", async () => {
  const installation = await install({ "Durar.json": '{ talk: "off" }' }, { A: "<<a>>" });
  expect(await installation.dryRun(at("talk.apiKey", "talk.apiKey", "A"))).toMatchObject({
    code: "PLAN_INVALID",
    reasons: [target("what stands at talk is no object", { type: "talk.apiKey", path: "talk.apiKey" })],
  });
});
