import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { readTextFile } from "@durar/config-document";
import { describe, expect, test } from "vitest";
import {
  assertScrubbed,
  env,
  file,
  install,
  planOf,
  type Attempt,
  type Installation,
} from "./fixtures/installation.ts";
import { Planner } from "./index.ts";

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const openai = {
  type: "models.providers.apiKey",
  path: "models.providers.openai.apiKey",
  ref: file("/openai"),
};
const config = `{
  secrets: { providers: { filemain: { source: "file", path: "<dir>/secrets.json" } } },
  models: { providers: { openai: { apiKey: "<<openai>>" } } },
}
`;
const secrets = json({ openai: "<<openai>>", xai: "<<xai>>" });

async function applied(
  files: Readonly<Record<string, string>>,
  plan: unknown = planOf([openai]),
  environment: Readonly<Record<string, string>> = {},
): Promise<Installation & { readonly attempt: Attempt }> {
  const installation = await install(
    { "Durar.json": config, "secrets.json": secrets, ...files },
    environment,
  );
  const attempt = await installation.apply(plan);
  return { ...installation, attempt };
}

function remarks({ attempt }: { readonly attempt: Attempt }, directory: string): string[] {
  if (!attempt.ok) throw new Error(attempt.reasons.join("; "));
  return attempt.result.warnings.map(
    ({ code, file: path, line }) => `${code} ${path.replace(`${directory}/`, "")}:${line}`,
  );
}

describe("an agent's profile", () => {
  const store = "agents/main/agent/auth-profiles.json";
  const profiles = (value: unknown): string => json({ version: 1, profiles: value });

  test("with the same key for the same provider loses it; its other fields and profiles stay", async () => {
    const { text } = await applied({
      [store]: profiles({
        "openai:default": { type: "api_key", provider: "openai", key: "<<openai>>", note: 1 },
        "openai:other": { type: "api_key", provider: "OpenAI", key: "<<other>>" },
        "groq:default": { type: "api_key", provider: "groq", key: "<<openai>>" },
        "openai:token": { type: "token", provider: "openai", token: "<<openai>>" },
      }),
    });
    expect(JSON.parse(text(store))).toEqual({
      version: 1,
      profiles: {
        "openai:default": { type: "api_key", provider: "openai", note: 1 },
        "openai:other": { type: "api_key", provider: "OpenAI", key: "<<other>>" },
        "groq:default": { type: "api_key", provider: "groq", key: "<<openai>>" },
        "openai:token": { type: "token", provider: "openai" },
      },
    });
  });

  test("keeps its ref", async () => {
    const { text } = await applied({
      [store]: profiles({
        a: { type: "api_key", provider: "openai", key: "<<openai>>", keyRef: file("/xai") },
      }),
    });
    expect(text(store)).toContain('"keyRef"');
    expect(text(store)).not.toContain("<<openai>>");
  });

  test("of another agent keeps its key where only this agent's profile was migrated", async () => {
    const other = "agents/work/agent/auth-profiles.json";
    const profile = { "xai:default": { type: "api_key", provider: "xai", key: "<<xai>>" } };
    const { text } = await applied(
      { [store]: profiles(profile), [other]: profiles(profile) },
      planOf([
        {
          type: "auth-profiles.api_key.key",
          path: "profiles.xai:default.key",
          agentId: "main",
          ref: file("/xai"),
        },
      ]),
    );
    expect(JSON.parse(text(store))).toEqual({
      version: 1,
      profiles: { "xai:default": { type: "api_key", provider: "xai", keyRef: file("/xai") } },
    });
    expect(text(other)).toContain("<<xai>>");
  });

  test("and a generated models file keep their keys where the migrated field is not in use", async () => {
    const models = "agents/main/agent/models.json";
    const { text } = await applied({
      "Durar.json": config.replace("openai: {", "openai: { enabled: false,"),
      [store]: profiles({ "openai:default": { type: "api_key", provider: "openai", key: "<<openai>>" } }),
      [models]: json({ providers: { openai: { apiKey: "<<openai>>" } } }),
    });
    expect(text(store)).toContain('"key": "<<openai>>"');
    expect(text(models)).toContain('"apiKey": "<<openai>>"');
  });

  test("keeps its key where the option says so", async () => {
    const { text } = await applied(
      { [store]: profiles({ a: { type: "api_key", provider: "openai", key: "<<openai>>" } }) },
      planOf([openai], { options: { scrubAuthProfilesForProviderTargets: false } }),
    );
    expect(text(store)).toContain("<<openai>>");
  });
});

describe("a file of two names is one file", () => {
  test("where it is a .env file: a line goes once", async () => {
    const installation = await install({
      "Durar.json": config,
      "secrets.json": secrets,
      ".env": "OPENAI_API_KEY=<<openai>>\nA=1\n",
    });
    const link = join(installation.directory, "link.env");
    await symlink(".env", link);
    const { stores, environmentFiles } = installation.place();
    const linked = {
      kind: "environment",
      format: "env",
      path: link,
      read: () => readTextFile(link),
    } as const;
    const attempt = await installation.apply(planOf([openai]), {
      stores: [...stores, linked],
      environmentFiles: [link, ...environmentFiles],
    });
    expect(attempt).toMatchObject({ ok: true });
    expect(installation.text(".env")).toBe("A=1\n");
  });

  test("where agents share a store: it is planned, migrated and scrubbed once", async () => {
    const [store, legacy] = ["agents/main/agent/auth-profiles.json", "agents/main/agent/auth.json"];
    const installation = await install({
      "Durar.json":
        "{ secrets: { providers: { filemain: { source: 'file', path: '<dir>/secrets.json' } } } }",
      [store]: json({ profiles: { "xai:a": { type: "api_key", provider: "xai", key: "<<xai>>" } } }),
      [legacy]: json({ xai: { type: "api_key", key: "<<xai>>" } }),
      "agents/work/agent/other.json": "{}",
    });
    for (const file of [store, legacy])
      await symlink(`../../../${file}`, join(installation.directory, file.replace("main", "work")));
    const planner = new Planner(installation.place());
    const { assignments } = planner.mapPlaintext({ source: "file", provider: "filemain", move: true });
    expect(assignments).toHaveLength(1);
    const plan = planner.build(assignments, { upserts: {}, deletes: [] }, {});
    expect(await installation.apply(plan)).toMatchObject({ ok: true });
    assertScrubbed(installation, ["xai"], ["secrets.json"]);
  });

  test("where a link is named like an old copy", async () => {
    const installation = await install({ "Durar.json": config, "secrets.json": secrets });
    await symlink("Durar.json", join(installation.directory, "Durar.json.bak"));
    expect(await installation.apply(planOf([openai]))).toMatchObject({ ok: true });
    assertScrubbed(installation, ["openai"], ["secrets.json"]);
  });
});

describe("a line of a .env file", () => {
  test("goes where its name is known for the credential and its value is that credential", async () => {
    const { text } = await applied({
      ".env": "# keys\nA=1\nOPENAI_API_KEY=<<openai>> # old\nGROQ_API_KEY=<<openai>>\nexport B='2'\n",
    });
    expect(text(".env")).toBe("# keys\nA=1\nGROQ_API_KEY=<<openai>>\nexport B='2'\n");
  });

  test("stays where its value is another one", async () => {
    const { text } = await applied({ ".env": "OPENAI_API_KEY=<<other>>\n" });
    expect(text(".env")).toBe("OPENAI_API_KEY=<<other>>\n");
  });

  test("stays where the new ref reads it, which the result says", async () => {
    const all = await applied(
      { ".env": "A=1\nOPENAI_API_KEY=<<openai>>\n" },
      planOf([{ ...openai, ref: env("OPENAI_API_KEY") }]),
    );
    expect(all.text(".env")).toBe("A=1\nOPENAI_API_KEY=<<openai>>\n");
    expect(remarks(all, all.directory)).toEqual(["ENV_LINE_KEPT .env:2"]);
  });

  test.each([
    ["another ref", { channels: { irc: { enabled: false, password: "${OPENAI_API_KEY}" } } }],
    ["a template", { channels: { irc: { password: "x ${OPENAI_API_KEY}" } } }],
    [
      "a ref where none is known",
      { plugins: { entries: { x: { config: { key: env("OPENAI_API_KEY") } } } } },
    ],
    [
      "a text that others fill in",
      { plugins: { entries: { x: { config: { at: "a ${OPENAI_API_KEY}" } } } } },
    ],
    ["what may be included", { $include: "./more.json5" }],
  ])("stays where %s reads it", async (_name, more) => {
    const all = await applied({
      "Durar.json": json({
        secrets: { providers: { filemain: { source: "file", path: "<dir>/secrets.json" } } },
        models: { providers: { openai: { apiKey: "<<openai>>" } } },
        ...more,
      }),
      ".env": "OPENAI_API_KEY=<<openai>>\n",
    });
    expect(all.text(".env")).toBe("OPENAI_API_KEY=<<openai>>\n");
    expect(remarks(all, all.directory)).toContain("ENV_LINE_KEPT .env:1");
    const resolvabilityComplete = !("$include" in more);
    expect(all.attempt).toMatchObject({ result: { checks: { resolvabilityComplete } } });
  });

  test("stays where a feature takes it that has no credential of its own", async () => {
    const key = "plugins.entries.firecrawl.config.webSearch.apiKey";
    const files = (fetch: unknown): Readonly<Record<string, string>> => ({
      "Durar.json": json({
        secrets: { providers: { filemain: { source: "file", path: "<dir>/secrets.json" } } },
        plugins: { entries: { firecrawl: { config: { webSearch: { apiKey: "<<openai>>" } } } } },
        tools: { web: { search: { provider: "firecrawl" }, fetch } },
      }),
      ".env": "FIRECRAWL_API_KEY=<<openai>>\n",
    });
    const plan = planOf([{ type: key, path: key, ref: file("/openai") }]);
    const taking = await applied(files({}), plan);
    expect(taking.text(".env")).toBe("FIRECRAWL_API_KEY=<<openai>>\n");
    expect(remarks(taking, taking.directory)).toEqual(["ENV_LINE_KEPT .env:1"]);
    const off = await applied(files({ enabled: false }), plan);
    expect(off.text(".env")).toBe("");
  });

  test("stays where a generated models file names its variable", async () => {
    const all = await applied({
      "agents/main/agent/models.json": json({ providers: { openai: { apiKey: "OPENAI_API_KEY" } } }),
      ".env": "OPENAI_API_KEY=<<openai>>\n",
    });
    expect(all.text(".env")).toBe("OPENAI_API_KEY=<<openai>>\n");
    expect(remarks(all, all.directory)).toEqual(["ENV_LINE_KEPT .env:1"]);
  });

  test("stays where a feature would have to do without, once other lines are gone", async () => {
    const key = (name: string): Readonly<Record<string, unknown>> => ({
      ...openai,
      path: `models.providers.${name}.apiKey`,
      ref: file(`/${name}`),
    });
    const all = await applied(
      {
        "Durar.json": json({
          secrets: { providers: { filemain: { source: "file", path: "<dir>/secrets.json" } } },
          models: { providers: { kimi: { apiKey: "<<openai>>" }, moonshot: { apiKey: "<<xai>>" } } },
        }),
        "secrets.json": json({ kimi: "<<openai>>", moonshot: "<<xai>>" }),
        ".env": "KIMI_API_KEY=<<openai>>\nMOONSHOT_API_KEY=<<xai>>\nKIMICODE_API_KEY=<<openai>>\n",
      },
      planOf([key("kimi"), key("moonshot")]),
    );
    // Searching the web takes the one or the other.
    expect(all.text(".env")).toBe("MOONSHOT_API_KEY=<<xai>>\n");
    expect(remarks(all, all.directory)).toEqual(["ENV_LINE_KEPT .env:2"]);
  });

  test("stays where another field is in use or not by whether it is set", async () => {
    const all = await applied(
      {
        "Durar.json": json({
          secrets: { providers: { filemain: { source: "file", path: "<dir>/secrets.json" } } },
          channels: {
            matrix: { accounts: { home: { accessToken: "<<openai>>" }, work: { password: env("WORK") } } },
          },
        }),
        ".env": "MATRIX_ACCESS_TOKEN=<<openai>>\nWORK=<<work>>\n",
      },
      planOf([
        {
          type: "channels.matrix.accounts.*.accessToken",
          path: "channels.matrix.accounts.home.accessToken",
          ref: file("/openai"),
        },
      ]),
    );
    expect(all.text(".env")).toContain("MATRIX_ACCESS_TOKEN=<<openai>>\n");
    expect(remarks(all, all.directory)).toContain("ENV_LINE_KEPT .env:1");
  });

  test("goes where only the migrated field is in use or not by it", async () => {
    const all = await applied(
      {
        "Durar.json": json({
          secrets: { providers: { filemain: { source: "file", path: "<dir>/secrets.json" } } },
          gateway: { auth: { token: "<<openai>>" } },
        }),
        ".env": "Durar_GATEWAY_TOKEN=<<openai>>\n",
      },
      planOf([{ type: "gateway.auth.token", path: "gateway.auth.token", ref: file("/openai") }]),
    );
    expect(all.text(".env")).toBe("");
  });

  test("stays where a command gets it passed on", async () => {
    const passing = await applied({
      "Durar.json": config.replace(
        "} } },",
        '}, vault: { source: "exec", command: "/bin/true", passEnv: ["OPENAI_API_KEY"] } } },',
      ),
      ".env": "OPENAI_API_KEY=<<openai>>\n",
    });
    expect(passing.text(".env")).toBe("OPENAI_API_KEY=<<openai>>\n");
  });

  test("stays where the option says so", async () => {
    const { text } = await applied(
      { ".env": "OPENAI_API_KEY=<<openai>>\n" },
      planOf([openai], { options: { scrubEnv: false } }),
    );
    expect(text(".env")).toBe("OPENAI_API_KEY=<<openai>>\n");
  });
});

describe("an entry of a legacy store", () => {
  const store = "agents/main/agent/auth.json";

  test("goes where a ref yields its value for its provider, be the ref of the plan or not", async () => {
    const { text } = await applied({
      "Durar.json": json({
        secrets: { providers: { filemain: { source: "file", path: "<dir>/secrets.json" } } },
        models: { providers: { openai: { apiKey: "<<openai>>" }, xai: { apiKey: file("/xai") } } },
      }),
      [store]: json({
        openai: { type: "api_key", key: "<<openai>>" },
        xai: { type: "api_key", key: "<<xai>>" },
        codex: { type: "oauth", access: "<<access>>", refresh: "<<refresh>>" },
      }),
    });
    expect(JSON.parse(text(store))).toEqual({
      codex: { type: "oauth", access: "<<access>>", refresh: "<<refresh>>" },
    });
  });

  test("stays where it is the only copy, which the result says", async () => {
    const content = json({
      openai: { type: "api_key", key: "<<only>>" },
      xai: { type: "api_key", key: "<<openai>>" },
    });
    const all = await applied({ [store]: content });
    expect(all.text(store)).toBe(content);
    expect(remarks(all, all.directory)).toEqual([
      `LEGACY_ENTRY_KEPT ${store}:2`,
      `LEGACY_ENTRY_KEPT ${store}:6`,
      `VALUE_REMAINS ${store}:8`,
    ]);
  });

  test("stays where the ref that yields its value is not in use", async () => {
    const content = json({ openai: { type: "api_key", key: "<<openai>>" } });
    const { text } = await applied({
      "Durar.json": config.replace("openai: { apiKey", "openai: { enabled: false, apiKey"),
      [store]: content,
    });
    expect(text("Durar.json")).not.toContain("<<openai>>");
    expect(text(store)).toBe(content);
  });

  test("stays where the option says so", async () => {
    const content = json({ openai: { type: "api_key", key: "<<openai>>" } });
    const { text } = await applied(
      { [store]: content },
      planOf([openai], { options: { scrubLegacyAuthJson: false } }),
    );
    expect(text(store)).toBe(content);
  });
});

test("in a generated models file, a migrated key becomes a marker for its own provider alone", async () => {
  const store = "agents/main/agent/models.json";
  const { text } = await applied({
    [store]: json({
      providers: {
        openai: {
          apiKey: "<<openai>>",
          headers: { "x-key": "<<openai>>", accept: "text/plain" },
          models: [{ id: "m", apiKey: "<<openai>>" }],
        },
        groq: { apiKey: "<<openai>>" },
        other: { apiKey: "OPENAI_API_KEY" },
      },
    }),
  });
  expect(JSON.parse(text(store))).toEqual({
    providers: {
      openai: {
        apiKey: "secretref-managed",
        headers: { "x-key": "secretref-managed", accept: "text/plain" },
        models: [{ id: "m", apiKey: "secretref-managed" }],
      },
      groq: { apiKey: "<<openai>>" },
      other: { apiKey: "OPENAI_API_KEY" },
    },
  });
});

describe("an old copy", () => {
  test("that parses has migrated values emptied wherever they stand, and nothing else touched", async () => {
    const { text } = await applied({
      "Durar.json.bak":
        "{ // before\n  models: { providers: { openai: { apiKey: '<<openai>>' }, x: { apiKey: '<<old>>' } } },\n  notes: ['<<openai>>', 'a <<openai>> b'],\n}\n",
      ".env.bak": "OPENAI_API_KEY=<<openai>> # was\nANY='<<openai>>'\nB=2\n",
      "agents/main/agent/auth-profiles.json.old": json({ profiles: { a: { key: "<<openai>>" } } }),
    });
    expect(text("Durar.json.bak")).toBe(
      "{ // before\n  models: { providers: { openai: { apiKey: '' }, x: { apiKey: '<<old>>' } } },\n  notes: ['', 'a <<openai>> b'],\n}\n",
    );
    expect(text(".env.bak")).toBe('OPENAI_API_KEY="" # was\nANY=""\nB=2\n');
    expect(JSON.parse(text("agents/main/agent/auth-profiles.json.old"))).toEqual({
      profiles: { a: { key: "" } },
    });
  });

  test("loses a short value only where a credential stands: elsewhere it may be there by chance", async () => {
    const server = (port: string): string =>
      json({
        secrets: { providers: { filemain: { source: "file", path: "<dir>/secrets.json" } } },
        plugins: { entries: { acpx: { config: { mcpServers: { x: { port, env: { DEBUG: "1" } } } } } } },
      });
    const path = "plugins.entries.acpx.config.mcpServers.x.env.DEBUG";
    const type = "plugins.entries.acpx.config.mcpServers.*.env.*";
    const { text } = await applied(
      {
        "Durar.json": server("2"),
        "Durar.json.bak": server("1"),
        "secrets.json": json({ debug: "1" }),
        ".env.bak": "DEBUG=1\nLEVEL=1\n",
      },
      planOf([{ type, path, ref: file("/debug") }]),
    );
    expect(text("Durar.json.bak")).toBe(server("1").replace('"DEBUG": "1"', '"DEBUG": ""'));
    expect(text(".env.bak")).toBe('DEBUG=""\nLEVEL=1\n');
  });

  test("that does not parse stays as it is, and is named where it holds a value", async () => {
    const all = await applied({ "Durar.json.bak": "{ half: '<<openai>>'", "Durar.json.old": "{ half: 'x" });
    expect(all.text("Durar.json.bak")).toBe("{ half: '<<openai>>'");
    expect(remarks(all, all.directory)).toEqual(["VALUE_REMAINS Durar.json.bak:1"]);
  });
});

test("what cannot be scrubbed is named: a comment, a longer text, a field of another purpose", async () => {
  const all = await applied({
    "Durar.json": `{
  secrets: { providers: { filemain: { source: "file", path: "<dir>/secrets.json" } } },
  models: { providers: { openai: { apiKey: "<<openai>>" } } }, // <<openai>>
}
// again: <<openai>>
`,
    ".env": "NOTE='see <<openai>>'\n",
  });
  expect(remarks(all, all.directory)).toEqual([
    "VALUE_REMAINS Durar.json:3",
    "VALUE_REMAINS Durar.json:5",
    "VALUE_REMAINS .env:1",
  ]);
});

test("after a migration of everything no file but the secrets file holds a value", async () => {
  const all = await applied({
    ".env": "OPENAI_API_KEY=<<openai>>\n",
    "Durar.json.bak": "{ models: { providers: { openai: { apiKey: '<<openai>>' } } } }",
    "agents/main/agent/auth-profiles.json": json({
      profiles: { a: { type: "api_key", provider: "openai", key: "<<openai>>" } },
    }),
    "agents/main/agent/models.json": json({ providers: { openai: { apiKey: "<<openai>>" } } }),
    "agents/main/agent/auth.json": json({ openai: { type: "api_key", key: "<<openai>>" } }),
  });
  expect(all.attempt).toMatchObject({ ok: true, result: { changedFiles: { length: 6 }, warnings: [] } });
  assertScrubbed(all, ["openai"], ["secrets.json"]);
});

test("a second application changes nothing", async () => {
  const all = await applied({ ".env": "OPENAI_API_KEY=<<openai>>\n" });
  const before = all.texts();
  expect(await all.apply(planOf([openai]))).toMatchObject({
    ok: true,
    result: { changed: false, edits: [], changedFiles: [] },
  });
  expect(all.texts()).toEqual(before);
});
