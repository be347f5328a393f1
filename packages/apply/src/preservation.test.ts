import { existsSync, lstatSync, readFileSync } from "node:fs";
import { chmod, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { env, file, install, planOf } from "./fixtures/installation.ts";

const openai = {
  type: "models.providers.apiKey",
  path: "models.providers.openai.apiKey",
  ref: env("OPENAI_API_KEY"),
};
const variables = { OPENAI_API_KEY: "<<openai>>", XAI: "<<xai>>" };

test("only the ranges of the edits differ: comments, order, quotes, line ends, trailing commas and a byte order mark stay", async () => {
  const before =
    "\ufeff// the house\r\n{\r\n\tmodels: { providers: {\r\n\t\t'openai': {\r\n\t\t\tapiKey: '<<openai>>', // rotate in May\r\n\t\t\tmodels: [ 'a', ],\r\n\t\t},\r\n\t} },\r\n\t/* last */ extra: { $include: './more.json5' },\r\n}\r\n";
  const installation = await install({ "Durar.json": before }, variables);
  expect(await installation.apply(planOf([openai]))).toMatchObject({ ok: true });
  expect(installation.text("Durar.json")).toBe(
    before.replace("'<<openai>>'", "{ source: 'env', provider: 'default', id: 'OPENAI_API_KEY' }"),
  );
});

test("what the edits say is what happened, line by line", async () => {
  const installation = await install(
    {
      "Durar.json": "{\n  models: { providers: {\n    openai: { apiKey: '<<openai>>' },\n  } },\n}\n",
      ".env": "A=1\nOPENAI_API_KEY=<<openai>>\n",
      "secrets.json": '{"openai":"<<openai>>"}',
      "Durar.json.bak": "{\n\n  was: '<<openai>>' }",
    },
    {},
  );
  const plan = planOf([{ ...openai, ref: file("/openai"), move: true }], {
    providerUpserts: { filemain: { source: "file", path: `${installation.directory}/secrets.json` } },
  });
  const attempt = await installation.apply(plan);
  if (!attempt.ok) throw new Error(attempt.reasons.join("; "));
  expect(
    attempt.result.edits.map((edit) => ({
      ...edit,
      file: edit.file.slice(installation.directory.length + 1),
    })),
  ).toEqual([
    {
      file: "Durar.json",
      line: 1,
      path: "secrets.providers.filemain",
      action: "set-provider",
      becomes: "file",
    },
    {
      file: "Durar.json",
      line: 3,
      path: "models.providers.openai.apiKey",
      action: "set-ref",
      was: "********",
      becomes: "file:filemain:/openai",
    },
    { file: "Durar.json.bak", line: 3, path: "was", action: "blank-value", was: "********" },
    { file: ".env", line: 2, path: "OPENAI_API_KEY", action: "remove-line", was: "********" },
  ]);
});

test("a store with a byte order mark is edited; one that does not parse is refused and untouched", async () => {
  const store = "agents/main/agent/auth-profiles.json";
  const profiles = '\ufeff{"profiles":{"a":{"type":"api_key","provider":"xai","key":"<<xai>>"}}}';
  const target = {
    type: "auth-profiles.api_key.key",
    path: "profiles.a.key",
    agentId: "main",
    ref: env("XAI"),
  };
  const whole = await install({ "Durar.json": "{}", [store]: profiles }, variables);
  expect(await whole.apply(planOf([target]))).toMatchObject({ ok: true });
  expect(whole.text(store)).toBe(
    '\ufeff{"profiles":{"a":{"type":"api_key","provider":"xai","keyRef":{"source":"env","provider":"default","id":"XAI"}}}}',
  );

  const broken = await install({ "Durar.json": "{}", [store]: `${profiles.slice(0, -1)},` }, variables);
  expect(await broken.apply(planOf([target]))).toMatchObject({
    ok: false,
    code: "APPLY_REFUSED",
    reasons: [
      expect.stringMatching(
        /^APPLY_STORE_UNREADABLE <dir>\/agents\/main\/agent\/auth-profiles\.json:1:\d+: /,
      ),
    ],
  });
  expect(broken.text(store)).toBe(`${profiles.slice(0, -1)},`);
});

test("modes and links stay", async () => {
  const installation = await install(
    { "Durar.json": "{ models: { providers: { openai: { apiKey: '<<openai>>' } } } }" },
    variables,
  );
  const path = join(installation.directory, "Durar.json");
  const real = join(installation.directory, "real.json5");
  await rename(path, real);
  await chmod(real, 0o640);
  await symlink("real.json5", path);
  expect(await installation.apply(planOf([openai]))).toMatchObject({ ok: true });
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(lstatSync(real).mode & 0o777).toBe(0o640);
  expect(readFileSync(real, "utf8")).toContain("OPENAI_API_KEY");
});

test("a store that has to be made is made", async () => {
  const installation = await install(
    { "Durar.json": "{}", "agents/main/agent/models.json": "{}" },
    variables,
  );
  const target = {
    type: "auth-profiles.api_key.key",
    path: "profiles.xai:default.key",
    agentId: "main",
    authProfileProvider: "xai",
    ref: env("XAI"),
  };
  expect(await installation.apply(planOf([target]))).toMatchObject({ ok: true });
  expect(JSON.parse(installation.text("agents/main/agent/auth-profiles.json"))).toEqual({
    version: 1,
    profiles: { "xai:default": { type: "api_key", provider: "xai", keyRef: env("XAI") } },
  });
});

test("an edit made meanwhile is kept where it is elsewhere, and refuses the plan where it is in its way", async () => {
  const installation = await install(
    { "Durar.json": "{ models: { providers: { openai: { apiKey: '<<openai>>' } } } }" },
    variables,
  );
  const plan = planOf([{ ...openai, expect: "plaintext" }]);
  await installation.write(
    "Durar.json",
    "{ talk: {}, models: { providers: { openai: { apiKey: '<<openai>>' } } } }",
  );
  expect(await installation.apply(plan)).toMatchObject({ ok: true });
  expect(installation.text("Durar.json")).toMatch(/^\{ talk: \{\}, .*OPENAI_API_KEY/);
  await installation.write("Durar.json", "{ models: { providers: { openai: { apiKey: '${OTHER}' } } } }");
  expect(await installation.apply(plan)).toMatchObject({
    ok: false,
    reasons: [expect.stringMatching(/^PLAN_STALE/)],
  });
});

test("a file that changed between reading and writing is not overwritten", async () => {
  const installation = await install(
    { "Durar.json": "{ models: { providers: { openai: { apiKey: '<<openai>>' } } } }" },
    variables,
  );
  const [provider] = installation.place().providers;
  if (provider === undefined) throw new Error("there is one");
  const meddling = {
    ...provider,
    resolve: async (request: Parameters<typeof provider.resolve>[0]) => {
      await installation.write("Durar.json", "{ mine: 1 }");
      return provider.resolve(request);
    },
  };
  expect(await installation.apply(planOf([openai]), { providers: [meddling] })).toMatchObject({
    ok: false,
    code: "COMMIT_CONFLICT",
  });
  expect(installation.text("Durar.json")).toBe("{ mine: 1 }");
  expect(existsSync(installation.journal)).toBe(false);
});

test.each([
  ["the configuration", "Durar.json", "{ mine: 1 }"],
  ["a .env file", ".env", "MINE=1\n"],
])(
  "a plan is not applied where %s changed meanwhile, although it would stay",
  async (_name, file, content) => {
    const store = "agents/main/agent/auth-profiles.json";
    const installation = await install(
      {
        "Durar.json": "{}",
        [store]: '{"profiles":{"a":{"type":"api_key","provider":"openai","key":"<<openai>>"}}}',
      },
      variables,
    );
    const [provider] = installation.place().providers;
    if (provider === undefined) throw new Error("there is one");
    const meddling = {
      ...provider,
      resolve: async (request: Parameters<typeof provider.resolve>[0]) => {
        await installation.write(file, content);
        return provider.resolve(request);
      },
    };
    const before = installation.text(store);
    const target = { ...openai, type: "auth-profiles.api_key.key", path: "profiles.a.key", agentId: "main" };
    expect(await installation.apply(planOf([target]), { providers: [meddling] })).toEqual({
      ok: false,
      code: "APPLY_REFUSED",
      reasons: [`APPLY_STORE_CHANGED <dir>/${file} was changed while the plan was checked`],
    });
    expect(installation.text(store)).toBe(before);
  },
);

test("of a provider that is there, only what differs is touched, and what may hold a token is not shown", async () => {
  const installation = await install({
    "Durar.json": `{
  secrets: { providers: { vault: {
    source: "exec", // the house vault
    command: "/usr/bin/true",
    args: ["--token", "<<token>>"], // old
    timeoutMs: 1000, // slow
    env: { TOKEN: "<<token>>" },
  } } },
}
`,
  });
  const vault = { source: "exec", command: "/usr/bin/true", timeoutMs: 2000, passEnv: ["TOKEN"] };
  const attempt = await installation.apply(planOf([], { providerUpserts: { vault } }), { allowExec: true });
  if (!attempt.ok) throw new Error(attempt.reasons.join("; "));
  expect(
    attempt.result.edits.map(({ line, path, was, becomes }) => [line, path.split(".").at(-1), was, becomes]),
  ).toEqual([
    [2, "passEnv", undefined, '["TOKEN"]'],
    [5, "args", "********", undefined],
    [6, "timeoutMs", "1000", "2000"],
    [7, "env", "********", undefined],
  ]);
  expect(installation.text("Durar.json")).toBe(`{
  secrets: { providers: { vault: {
    source: "exec", // the house vault
    command: "/usr/bin/true",
    timeoutMs: 2000, // slow
    passEnv: ["TOKEN"],
  } } },
}
`);
});
