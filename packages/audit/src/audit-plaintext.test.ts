import { describe, expect, test } from "vitest";
import { audit } from "./fixtures/state-directory.ts";

const config = (value: unknown): { "Durar.json": string } => ({ "Durar.json": JSON.stringify(value) });
const paths = (found: readonly string[]): string[] =>
  found.map((line) => line.replace(/^\S+ (\w+ \w+)/, "$1"));

describe("in the configuration", () => {
  test("plaintext is found at every sort of target, in use or not", async () => {
    const { found, report } = await audit(
      config({
        models: { providers: { openai: { apiKey: "<<a>>", headers: { Authorization: "Bearer <<b>>" } } } },
        channels: {
          telegram: { enabled: false, botToken: "<<c>>", accounts: { work: { botToken: "<<d>>" } } },
        },
        agents: {
          list: [{ id: "main" }, { id: "x", enabled: false, memorySearch: { remote: { apiKey: "<<e>>" } } }],
        },
        tools: { web: { search: { enabled: false, apiKey: "<<f>>" } } },
      }),
    );
    expect(paths(found)).toEqual([
      "warn PLAINTEXT_FOUND models.providers.openai.apiKey",
      "warn PLAINTEXT_FOUND models.providers.openai.headers.Authorization",
      "warn PLAINTEXT_FOUND channels.telegram.botToken",
      "warn PLAINTEXT_FOUND channels.telegram.accounts.work.botToken",
      "warn PLAINTEXT_FOUND agents.list.1.memorySearch.remote.apiKey",
      "warn PLAINTEXT_FOUND tools.web.search.apiKey",
    ]);
    expect(report).toMatchObject({ status: "findings", summary: { plaintextCount: 6 } });
    expect(report.findings[0]).toMatchObject({
      provider: "openai",
      message: "plaintext credential",
      hint: 'store the value outside and put a ref here, such as { source: "env", provider: "default", id: "OPENAI_API_KEY" }',
    });
  });

  test("refs, templates, markers, empty values and the names of variables are not plaintext", async () => {
    const { found, report } = await audit(
      config({
        models: {
          providers: {
            a: { apiKey: "${A_KEY}" },
            b: { apiKey: "ollama-local" },
            c: { apiKey: "oauth:portal" },
            d: { apiKey: "" },
            e: { apiKey: "   " },
            f: { apiKey: null },
            g: { apiKey: "$OPENAI_API_KEY" },
            h: { headers: { Authorization: "Bearer ${A_KEY}", "X-Api-Key": "secretref-env:A_KEY" } },
            i: { headers: { Accept: "application/json", "User-Agent": "gateway/1.0" } },
            j: { apiKey: { source: "env", id: "A_KEY" } },
          },
        },
      }),
      { environment: { A_KEY: "a" } },
    );
    expect(found).toEqual([]);
    expect(report.status).toBe("clean");
  });

  test("what looks like a marker, a template or a variable and is none is plaintext", async () => {
    const { found } = await audit(
      config({
        channels: { irc: { password: "oauth:<<twitch>>" }, discord: { token: "ollama-local" } },
        models: {
          providers: {
            a: { apiKey: "$<<a>>" },
            b: { apiKey: "$$${NAME}" },
            c: { apiKey: "${lower}" },
            d: { apiKey: "$NOT_A_KNOWN_NAME" },
            e: { headers: { "X-Api-Key": "ollama-local" } },
          },
        },
      }),
    );
    expect(found).toHaveLength(7);
  });

  test("a number is plaintext and invalid, other wrong types are only invalid, objects are malformed refs", async () => {
    const { found, report } = await audit(
      config({
        channels: {
          irc: { password: 12345678 },
          discord: { token: true },
          slack: { botToken: ["a"] },
          telegram: { botToken: { value: "a" } },
          feishu: { appSecret: { source: "env", id: "lower" } },
        },
      }),
    );
    expect(paths(found)).toEqual([
      "error CONFIG_INVALID channels.irc.password",
      "warn PLAINTEXT_FOUND channels.irc.password",
      "error CONFIG_INVALID channels.discord.token",
      "error CONFIG_INVALID channels.slack.botToken",
      "error REF_UNRESOLVED channels.telegram.botToken",
      "error REF_UNRESOLVED channels.feishu.appSecret",
    ]);
    expect(report.status).toBe("unresolved");
    expect(report.findings.map(({ message }) => message)).toEqual([
      "must be a string or a SecretRef, not a number",
      "plaintext credential",
      "must be a string or a SecretRef, not a boolean",
      "must be a string or a SecretRef, not an array",
      expect.stringContaining('a ref has no key "value"'),
      expect.stringContaining("malformed SecretRef: an env id must match"),
    ]);
    expect(JSON.stringify(report)).not.toContain("12345678");
  });

  test("plaintext beside a ref, and plaintext where a ref belongs, are found each at its own place", async () => {
    const account = { type: "service_account", private_key: "<<key>>" };
    const { found, report } = await audit(
      {
        ...config({
          channels: {
            googlechat: {
              serviceAccount: account,
              accounts: {
                a: { serviceAccount: account, serviceAccountRef: "${A}" },
                b: { serviceAccountRef: "<<b>>" },
              },
            },
          },
        }),
      },
      { environment: { A: "{}" } },
    );
    expect(paths(found)).toEqual([
      "warn PLAINTEXT_FOUND channels.googlechat.serviceAccount",
      "warn PLAINTEXT_FOUND channels.googlechat.accounts.a.serviceAccount",
      "error REF_UNRESOLVED channels.googlechat.accounts.b.serviceAccountRef",
      "warn PLAINTEXT_FOUND channels.googlechat.accounts.b.serviceAccountRef",
    ]);
    expect(report.findings.map(({ message }) => message)).toEqual([
      "plaintext credential",
      "plaintext credential beside the ref at channels.googlechat.accounts.a.serviceAccountRef, which is used in its stead",
      "malformed SecretRef: must be a SecretRef, not plaintext",
      "plaintext credential where a ref belongs",
    ]);
    expect(report.findings[0]?.hint).toContain("such as serviceAccountRef: {");
  });

  test("sensitive headers beyond the surface are found by their names", async () => {
    const { found } = await audit(
      config({
        models: {
          providers: {
            p: {
              models: [
                { id: "m", headers: { authorization: "<<a>>", accept: "text/plain" } },
                { id: "n", headers: { "X-Custom-Secret": "<<b>>", "api-key": "${A}", cookie: "" } },
              ],
            },
          },
        },
        agents: {
          defaults: { memorySearch: { remote: { headers: { "OCP-APIM-Subscription-Key": "<<c>>" } } } },
        },
      }),
    );
    expect(paths(found)).toEqual([
      "warn PLAINTEXT_FOUND models.providers.p.models.0.headers.authorization",
      "warn PLAINTEXT_FOUND models.providers.p.models.1.headers.X-Custom-Secret",
      "warn PLAINTEXT_FOUND agents.defaults.memorySearch.remote.headers.OCP-APIM-Subscription-Key",
    ]);
  });

  test("inline variables of exec providers are found by their names, known or named by a ref", async () => {
    const { found } = await audit(
      config({
        secrets: {
          providers: {
            vault: {
              source: "exec",
              command: "/bin/true",
              env: { VAULT_TOKEN: "<<a>>", VAULT_ADDR: "https://vault", PIN: "<<b>>", EMPTY_TOKEN: "" },
            },
          },
        },
        cron: { webhookToken: "${PIN}" },
      }),
      { environment: { PIN: "1" } },
    );
    expect(paths(found)).toEqual([
      "warn PLAINTEXT_FOUND secrets.providers.vault.env.VAULT_TOKEN",
      "warn PLAINTEXT_FOUND secrets.providers.vault.env.PIN",
    ]);
  });

  test("a number among the inline variables is invalid and plaintext all the same", async () => {
    const env = { VAULT_TOKEN: 12345678 };
    const { found } = await audit(
      config({ secrets: { providers: { vault: { source: "exec", command: "/bin/true", env } } } }),
    );
    expect(paths(found)).toEqual([
      "error CONFIG_INVALID secrets.providers.vault.env.VAULT_TOKEN",
      "warn PLAINTEXT_FOUND secrets.providers.vault.env.VAULT_TOKEN",
    ]);
  });
});

describe("in an agent's profiles", () => {
  const profiles = (value: unknown): string => JSON.stringify({ version: 1, profiles: value });

  test("plaintext is found by the profile's type, also of an agent that is off", async () => {
    const { found, report } = await audit({
      "Durar.json": "{}",
      "agents/main/agent/auth-profiles.json": profiles({
        "openai:default": { type: "api_key", provider: "openai", key: "<<a>>", token: "not of this type" },
        "copilot:me": { type: "token", provider: "github-copilot", token: "<<b>>" },
        "zai:empty": { type: "token", provider: "zai" },
        "pin:x": { type: "api_key", provider: "pin", key: 1234 },
      }),
      "agents/off/agent/auth-profiles.json": profiles({
        "openai:default": { type: "api_key", provider: "openai", key: "<<c>>" },
      }),
    });
    expect(paths(found)).toEqual([
      "warn PLAINTEXT_FOUND profiles.openai:default.key",
      "warn PLAINTEXT_FOUND profiles.copilot:me.token",
      "error CONFIG_INVALID profiles.pin:x.key",
      "warn PLAINTEXT_FOUND profiles.pin:x.key",
      "warn PLAINTEXT_FOUND profiles.openai:default.key",
    ]);
    expect(report.findings[0]).toMatchObject({
      agentId: "main",
      profileId: "openai:default",
      provider: "openai",
      hint: 'store the value outside and put a ref in its stead, such as keyRef: { source: "env", provider: "default", id: "OPENAI_API_KEY" }',
    });
  });

  test("plaintext beside a ref is found, and OAuth credentials are information", async () => {
    const { found, report } = await audit(
      {
        "Durar.json": "{}",
        "agents/main/agent/auth-profiles.json": profiles({
          "a:1": { type: "api_key", provider: "a", key: "<<a>>", keyRef: { source: "env", id: "A" } },
          "b:1": { type: "oauth", provider: "b", access: "<<b>>", refresh: "<<c>>", expires: 1 },
          "c:1": { type: "oauth", provider: "c" },
        }),
      },
      { environment: { A: "a" } },
    );
    expect(paths(found)).toEqual([
      "warn PLAINTEXT_FOUND profiles.a:1.key",
      "info LEGACY_RESIDUE profiles.b:1",
    ]);
    expect(report.warnings.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "SECRETS_REF_OVERRIDES_PLAINTEXT profiles.a:1.key",
    ]);
  });
});

describe("in generated and legacy files", () => {
  test("a models file holds markers and names of variables, and neither plaintext nor refs", async () => {
    const models = {
      providers: {
        openai: { apiKey: "secretref-managed", headers: { Authorization: "secretref-env:TOKEN" } },
        cerebras: { apiKey: "CEREBRAS_API_KEY" },
        bedrock: { apiKey: "AWS_BEARER_TOKEN_BEDROCK", headers: { "x-api-key": "OPENAI_API_KEY" } },
        fireworks: {
          apiKey: "<<a>>",
          headers: { "X-Auth-Token": "<<b>>", accept: "text/plain" },
          models: [{ id: "m", headers: { cookie: "<<c>>", via: "proxy" } }, { id: "n", apiKey: "<<d>>" }, 7],
        },
        pin: { apiKey: 12345678 },
        ref: {
          apiKey: { source: "env", provider: "default", id: "A" },
          headers: { authorization: { source: "env", id: "A" }, accept: {} },
        },
        unknown: { apiKey: "NOT_A_KNOWN_NAME" },
        nothing: null,
      },
    };
    const { found, report } = await audit({
      "Durar.json": "{}",
      "agents/main/agent/models.json": JSON.stringify(models),
      "agents/off/agent/models.json": JSON.stringify({ providers: { a: { apiKey: {} } } }),
    });
    expect(paths(found)).toEqual([
      "warn PLAINTEXT_FOUND providers.fireworks.apiKey",
      "warn PLAINTEXT_FOUND providers.fireworks.headers.X-Auth-Token",
      "warn PLAINTEXT_FOUND providers.fireworks.models.0.headers.cookie",
      "warn PLAINTEXT_FOUND providers.fireworks.models.1.apiKey",
      "warn PLAINTEXT_FOUND providers.pin.apiKey",
      "error REF_UNRESOLVED providers.ref.apiKey",
      "error REF_UNRESOLVED providers.ref.headers.authorization",
      "warn PLAINTEXT_FOUND providers.unknown.apiKey",
      "info REF_UNRESOLVED providers.a.apiKey",
    ]);
    expect(report.findings[0]).toMatchObject({ agentId: "main", provider: "fireworks" });
  });

  test("a legacy store's static entries are residues, its OAuth entries information", async () => {
    const { found, report } = await audit({
      "Durar.json": "{}",
      "agents/main/agent/auth.json": JSON.stringify({
        openai: { type: "api_key", key: "<<a>>" },
        copilot: { type: "token", token: "<<b>>" },
        pin: { type: "api_key", key: 1234 },
        google: { type: "oauth", access: "<<c>>", refresh: "<<d>>" },
        ollama: { type: "api_key", key: "ollama-local" },
        moved: { type: "api_key", key: "${OPENAI_API_KEY}" },
        other: { type: "unknown", key: "x" },
        version: 1,
      }),
    });
    expect(paths(found)).toEqual([
      "warn LEGACY_RESIDUE openai.key",
      "warn LEGACY_RESIDUE copilot.token",
      "warn LEGACY_RESIDUE pin.key",
      "info LEGACY_RESIDUE google",
    ]);
    expect(report.summary).toMatchObject({ legacyResidueCount: 3, plaintextCount: 0 });
  });
});
