import { rmSync } from "node:fs";
import { join } from "node:path";
import { assertAbsent, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { audit, auditDirectory, layOut, listFiles } from "./fixtures/state-directory.ts";

const hint = "delete this old copy once you have made sure that nothing reads it";

test("an old copy of every kind of store is searched as the store it copies", async () => {
  const { found, report } = await audit(
    {
      "Durar.json": "{}",
      "Durar.json.bak": `{
        // JSON5
        cron: { webhookToken: '<<a>>' },
        secrets: { providers: { vault: { source: "exec", command: "/x", env: { VAULT_TOKEN: "<<b>>" } } } },
        models: { providers: { p: { models: [{ headers: { Authorization: "<<c>>" } }] } } },
      }`,
      ".env.old": "OPENAI_API_KEY=<<d>>\nLOG_LEVEL=debug\n",
      "agents/main/agent/auth-profiles.json.tmp": JSON.stringify({
        profiles: {
          "a:1": { type: "api_key", provider: "a", key: "<<e>>", keyRef: { source: "env", id: "A" } },
          "b:1": { type: "oauth", provider: "b", refresh: "<<f>>" },
        },
      }),
      "agents/off/agent/models.json~": JSON.stringify({
        providers: { p: { apiKey: "<<g>>", headers: { cookie: { source: "env", id: "A" } } } },
      }),
      "agents/off/agent/auth.json.orig": JSON.stringify({ p: { type: "api_key", key: "<<h>>" } }),
    },
    { environment: { A: "a" } },
  );
  expect(found).toEqual([
    ".env.old:1:16 warn PLAINTEXT_FOUND OPENAI_API_KEY",
    "Durar.json.bak:3:31 warn PLAINTEXT_FOUND cron.webhookToken",
    "Durar.json.bak:4:93 warn PLAINTEXT_FOUND secrets.providers.vault.env.VAULT_TOKEN",
    "Durar.json.bak:5:74 warn PLAINTEXT_FOUND models.providers.p.models.0.headers.Authorization",
    "agents/main/agent/auth-profiles.json.tmp:1:59 warn PLAINTEXT_FOUND profiles.a:1.key",
    "agents/main/agent/auth-profiles.json.tmp:1:141 info LEGACY_RESIDUE profiles.b:1",
    "agents/off/agent/auth.json.orig:1:30 warn LEGACY_RESIDUE p.key",
    "agents/off/agent/models.json~:1:29 warn PLAINTEXT_FOUND providers.p.apiKey",
  ]);
  expect(new Set(report.findings.map((finding) => finding.hint))).toEqual(new Set([hint]));
});

test("refs, schema, policies and includes of an old copy are of no interest", async () => {
  const { found, report } = await audit({
    "Durar.json": "{}",
    "Durar.json.bak": JSON.stringify({
      $include: "./other.json",
      gateway: { port: "x" },
      cron: { webhookToken: "${GONE}" },
      hooks: { token: { source: "env", id: "A" } },
      channels: { telegram: { botToken: { source: "nowhere" } } },
      secrets: { other: 1 },
    }),
    "agents/main/agent/auth-profiles.json.bak": JSON.stringify({
      profiles: { "a:1": { type: "oauth", keyRef: { source: "env", id: "A" } } },
    }),
  });
  expect(found).toEqual([]);
  expect(report).toMatchObject({ status: "clean", resolution: { refsChecked: 0 }, warnings: [] });
});

test("an entry of an old .env is no source, and takes no precedence", async () => {
  const { found } = await audit(
    {
      "Durar.json": '{ cron: { webhookToken: "${PIN}" } }',
      "a/.env.bak": "PIN=<<b>>",
      "b/.env": "PIN=<<a>>",
    },
    { environment: { PIN: "x" } },
  );
  expect(found).toEqual(["a/.env.bak:1:5 warn PLAINTEXT_FOUND PIN", "b/.env:1:5 info PLAINTEXT_FOUND PIN"]);
});

describe("an old copy that does not parse is searched for every credential known from elsewhere", () => {
  const elsewhere = {
    "Durar.json": `{
      cron: { webhookToken: "<<plain>>" },
      talk: { apiKey: "\${RESOLVED}" },
      channels: { googlechat: { serviceAccount: { id: "short", private_key: "---\\n<<pem>>" } } },
      secrets: { providers: { v: { source: "exec", command: "/bin/true", env: { V_TOKEN: "<<inline>>" } } } },
    }`,
    ".env": "OPENAI_API_KEY=<<dotenv>>\nSHORT_TOKEN=abc\n",
    "agents/main/agent/models.json": '{"providers":{"p":{"apiKey":"<<model>>"}}}',
    "agents/main/agent/auth.json": '{"p":{"type":"api_key","key":"<<legacy>>"}}',
    "agents/main/agent/auth-profiles.json":
      '{"profiles":{"p:1":{"type":"token","token":"say \\"<<quoted>>\\""},"o:1":{"type":"oauth","refresh":"<<oauth>>"}}}',
  };
  const names = ["plain", "inline", "dotenv", "model", "legacy", "oauth"];
  const torn = `{ "😀": 1, torn\n${names.map((name) => `\t😀 <<${name}>> again <<${name}>>`).join("\r\n")}\r`;

  test.each([
    "Durar.json.bak",
    "agents/main/agent/auth-profiles.json.clobbered.1",
    "agents/off/agent/models.json~",
  ])("%s", async (file) => {
    const { found, report } = await audit({
      ...elsewhere,
      [file]: `${torn}"say \\"<<quoted>>\\"" abc ---\\n<<pem>>`,
    });
    expect(found.filter((line) => line.startsWith(`${file}:`))).toEqual([
      ...names.map((_name, index) => `${file}:${index + 2}:4 warn PLAINTEXT_FOUND`),
      `${file}:8:2 warn PLAINTEXT_FOUND`,
      `${file}:8:53 warn PLAINTEXT_FOUND`,
    ]);
    expect(report.resolution.resolvabilityComplete).toBe(true);
    expect(new Set(report.findings.map(({ id }) => id)).size).toBe(report.findings.length);
  });

  test("what a ref resolved to is known, too", async () => {
    const secret = canary();
    const { found, report } = await audit(
      { "Durar.json": '{ talk: { apiKey: "${RESOLVED}" } }', "Durar.json.bak": `torn ${secret}` },
      { environment: { RESOLVED: secret } },
    );
    expect(found).toEqual(["Durar.json.bak:1:6 warn PLAINTEXT_FOUND"]);
    assertAbsent(secret, JSON.stringify(report));
  });

  test("one with another root than an object is searched in the same way", async () => {
    const { found } = await audit({ ...elsewhere, "Durar.json.bak": '["<<plain>>"]', ".env": "" });
    expect(found).toContain("Durar.json.bak:1:3 warn PLAINTEXT_FOUND");
  });

  test("so are the lines of an old .env that are no assignments, and those that are are not searched twice", async () => {
    const { found } = await audit({
      ...elsewhere,
      ".env.bak":
        "torn <<plain>>\nOPENAI_API_KEY=<<dotenv>>\nOTHER=<<model>>\nA=1\nB=2\n😀 <<legacy>>\nC=<<inline>>\n",
    });
    expect(found.filter((line) => line.startsWith(".env.bak"))).toEqual([
      ".env.bak:1:6 warn PLAINTEXT_FOUND",
      ".env.bak:2:16 warn PLAINTEXT_FOUND OPENAI_API_KEY",
      ".env.bak:6:3 warn PLAINTEXT_FOUND",
    ]);
  });
});

test("an old copy that is gone by the time it is read, as temporary files are, is no finding", async () => {
  const state = await layOut({ "Durar.json": "{}", "Durar.json.tmp-1": "{}" });
  const stores = listFiles(state.directory);
  rmSync(join(state.directory, "Durar.json.tmp-1"));
  const { report } = await auditDirectory(state, { stores });
  expect(report).toMatchObject({ status: "clean", findings: [] });
});

test("an old copy that cannot be read at all is a finding of its own", async () => {
  const { found, report } = await audit({ "Durar.json": "{}", "Durar.json.bak": Buffer.from([0xff]) });
  expect(found).toEqual(["Durar.json.bak:1:1 error STORE_UNREADABLE"]);
  expect(report.status).toBe("incomplete");
});
