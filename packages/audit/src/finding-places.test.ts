import { describe, expect, test } from "vitest";
import { audit, auditDirectory, layOut, listFiles } from "./fixtures/state-directory.ts";

describe("a position", () => {
  test("is that of the value, in lines and code points, through comments, odd keys and line ends of every kind", async () => {
    const { found } = await audit({
      "Durar.json":
        "\ufeff// 😀 first\r\n" +
        "{ /* déjà 😀 */ cron: { webhookToken: '<<a>>' },\r" +
        '\t"channels": { telegram: { accounts: { "a.b": { botToken: "<<b>>" }, "": { botToken: "<<c>>" },\n' +
        '"😀 \\n[\\"]": { \'botToken\' /* 😀 */ : "<<d>>" } } } },\n' +
        "models: { providers: { 'ключ': { apiKey:\n\n  \"<<e>>\" } } } }",
    });
    expect(found).toEqual([
      "Durar.json:2:38 warn PLAINTEXT_FOUND cron.webhookToken",
      'Durar.json:3:59 warn PLAINTEXT_FOUND channels.telegram.accounts["a.b"].botToken',
      'Durar.json:3:106 error CONFIG_INVALID channels.telegram.accounts[""]',
      'Durar.json:4:36 warn PLAINTEXT_FOUND channels.telegram.accounts["😀 \\n[\\"]"].botToken',
      "Durar.json:7:3 warn PLAINTEXT_FOUND models.providers.ключ.apiKey",
    ]);
  });

  test("of a key that stands twice is that of the one that counts", async () => {
    const { found } = await audit({
      "Durar.json":
        '{ cron: { webhookToken: "${A}" },\n  cron: { webhookToken: "" , webhookToken: "<<b>>" } }',
      "agents/main/agent/auth-profiles.json":
        '{"profiles":{"a:1":{"type":"token","token":"first","token":\n"<<a>>"},\n"a:1":{"type":"token","token":"<<c>>"}}}',
    });
    expect(found).toEqual([
      "Durar.json:2:44 warn PLAINTEXT_FOUND cron.webhookToken",
      "agents/main/agent/auth-profiles.json:3:31 warn PLAINTEXT_FOUND profiles.a:1.token",
    ]);
  });

  test("in an array is that of the entry, and in JSON that of the value just so", async () => {
    const { found } = await audit({
      "Durar.json": `{ agents: { list: [ { id: "a" }, // 0
        { id: "b", memorySearch: { remote: { apiKey: "<<a>>" } } }, ] } }`,
      "agents/main/agent/models.json":
        '\ufeff{ "providers": {\r\n "😀": { "models": [ {}, { "headers":\r\n\t{ "cookie": "<<b>>" } } ] } } }',
    });
    expect(found).toEqual([
      "Durar.json:2:54 warn PLAINTEXT_FOUND agents.list.1.memorySearch.remote.apiKey",
      "agents/main/agent/models.json:3:14 warn PLAINTEXT_FOUND providers.😀.models.1.headers.cookie",
    ]);
  });

  test("of a rule about something that is missing is that of what it is missing from", async () => {
    const { found } = await audit({
      "Durar.json": '{ secrets: {\n providers: { vault: { source: "exec" } } } }',
    });
    expect(found).toEqual(["Durar.json:2:22 error CONFIG_INVALID secrets.providers.vault.command"]);
  });
});

describe("findings", () => {
  test("come by file in the order in which the files were given, then by position", async () => {
    const state = await layOut({
      "Durar.json": '{ talk: { apiKey: "<<a>>" }, cron: { webhookToken: "${GONE}" },\n channels: 1 }',
      ".env": "A_TOKEN=<<b>>\nB_TOKEN=<<c>>",
    });
    const stores = listFiles(state.directory);
    const config = [
      "Durar.json:1:19 warn PLAINTEXT_FOUND talk.apiKey",
      "Durar.json:1:84 error REF_UNRESOLVED cron.webhookToken",
      "Durar.json:2:12 error CONFIG_INVALID channels",
    ];
    const env = [".env:1:9 warn PLAINTEXT_FOUND A_TOKEN", ".env:2:9 warn PLAINTEXT_FOUND B_TOKEN"];
    expect((await auditDirectory(state, { stores })).found).toEqual([...config, ...env]);
    expect((await auditDirectory(state, { stores: stores.toReversed() })).found).toEqual([...env, ...config]);
  });
});

describe("an id", () => {
  const files = {
    "Durar.json": `{
      talk: { apiKey: "<<a>>" },
      cron: { webhookToken: "\${X}:\${Y}" },
      channels: { irc: { password: 1234 }, discord: { token: { source: "nowhere" } } },
    }`,
    "Durar.json.bak": '{ talk: { apiKey: "<<a>>" } }',
    "Durar.json.old": "torn <<a>> and <<b>>",
    ".env": "A_TOKEN=<<b>>\nA_TOKEN=<<c>>\nA_TOKEN=<<d>>\n!\n",
    "agents/a/agent/auth-profiles.json":
      '{"profiles":{"x:1":{"type":"api_key","provider":"x","key":"<<a>>"}}}',
    "agents/b/agent/auth-profiles.json":
      '{"profiles":{"x:1":{"type":"api_key","provider":"x","key":"<<a>>"}}}',
    "agents/b/agent/models.json": "[]",
  };
  const ids = ({ report }: Awaited<ReturnType<typeof audit>>): string[] =>
    report.findings.map(({ id }) => id);

  test("is distinct for distinct places, and a short hexadecimal number", async () => {
    const all = ids(await audit(files));
    expect(all).toHaveLength(16);
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((id) => !/^[0-9a-f]{16}$/.test(id))).toEqual([]);
  });

  test("does not change with values, lines, the order of files or keys, or the directory", async () => {
    const before = ids(await audit(files));
    const moved = {
      ...files,
      "Durar.json": `// a comment

      { channels: { discord: { token: { source: "nowhere" } }, irc: { password: 987654321 } },
      cron: { webhookToken: "\${Y}\${X}" }, talk: { apiKey: "<<another>>" } }`,
      ".env": "# moved\n\n!\nA_TOKEN=<<e>>\nA_TOKEN=<<b>>\nA_TOKEN=<<f>>\n",
    };
    const state = await layOut(moved);
    const stores = listFiles(state.directory).toReversed();
    const { report } = await auditDirectory(state, { stores });
    expect(report.findings.map(({ id }) => id).sort()).toEqual(before.toSorted());
  });

  test("is made of the path as it is where there is no root, and of the path below it where there is one", async () => {
    const state = await layOut({ "Durar.json": '{ talk: { apiKey: "<<a>>" } }' });
    const idWith = async (root: string | undefined) =>
      (await auditDirectory(state, { root })).report.findings[0]?.id;
    expect(await idWith(undefined)).not.toBe(await idWith(state.directory));
    // Stored in the baselines of users: it must not change from one version to the next.
    expect(await idWith(state.directory)).toBe("32f7028e8a65ebd1");
  });
});
