import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeScript } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { audit, auditDirectory, auditOptions, layOut } from "./fixtures/state-directory.ts";
import { auditStores } from "./index.ts";

const config = (value: unknown): { "Durar.json": string } => ({ "Durar.json": JSON.stringify(value) });
const places = (found: readonly string[]): string[] =>
  found.map((line) => line.replace(/^\S+ (\w+ \w+)/, "$1"));
const apiKey = (entries: Readonly<Record<string, unknown>>) => ({
  providers: Object.fromEntries(Object.entries(entries).map(([name, key]) => [name, { apiKey: key }])),
});

/** Answers every id it has, and writes a line into `calls` for each time it is run. */
const vault = `#!/usr/bin/env node
const { appendFileSync } = require("node:fs");
let input = "";
process.stdin.on("data", (chunk) => (input += chunk)).on("end", () => {
  const { ids } = JSON.parse(input);
  appendFileSync(__dirname + "/calls", ids.join(" ") + "\\n");
  const values = Object.fromEntries(ids.filter((id) => !id.startsWith("gone")).map((id) => [id, "value of " + id]));
  process.stdout.write(JSON.stringify({ protocolVersion: 1, values }));
});
`;

describe("a ref that does not resolve", () => {
  test("is an error at each path that needs it, after one request for each provider", async () => {
    const ref = (provider: string, id: string) => ({ source: "exec", provider, id });
    const { directory, secrets } = await layOut({});
    const command = await writeScript(join(directory, "vault"), vault);
    const providers = Object.fromEntries(
      ["red", "blue"].map((alias) => [alias, { source: "exec", command, passEnv: ["PATH"] }]),
    );
    const models = apiKey({
      a: ref("red", "gone/a"),
      b: ref("blue", "gone/b"),
      c: ref("red", "gone/a"),
      d: ref("blue", "gone/b"),
      e: ref("red", "here"),
    });
    const file = join(directory, "Durar.json");
    await writeScript(file, JSON.stringify({ secrets: { providers }, models }));
    const { found, report } = await auditDirectory(
      { directory, secrets },
      { allowExec: true, environment: { PATH: process.env["PATH"] } },
    );
    expect(places(found)).toEqual([
      "error REF_UNRESOLVED models.providers.a.apiKey",
      "error REF_UNRESOLVED models.providers.b.apiKey",
      "error REF_UNRESOLVED models.providers.c.apiKey",
      "error REF_UNRESOLVED models.providers.d.apiKey",
    ]);
    expect(report.findings[0]?.message).toMatch(/^exec:red:gone\/a: .* \[SECRET_NOT_FOUND\]$/);
    expect(report.resolution).toEqual({ refsChecked: 3, skippedExecRefs: 0, resolvabilityComplete: true });
    const calls = readFileSync(join(directory, "calls"), "utf8").split("\n").sort();
    expect(calls).toEqual(["", "gone/a here", "gone/b"]);
  });

  test("is information where it is not in use, and says why", async () => {
    const { found, report } = await audit({
      ...config({ channels: { discord: { enabled: false, token: "${GONE}" } } }),
      "agents/off/agent/auth-profiles.json": JSON.stringify({
        profiles: { "a:1": { type: "token", provider: "a", tokenRef: { source: "env", id: "GONE" } } },
      }),
    });
    expect(places(found)).toEqual([
      "info REF_UNRESOLVED channels.discord.token",
      "info REF_UNRESOLVED profiles.a:1.tokenRef",
    ]);
    expect(report.status).toBe("clean");
    expect(report.findings[0]?.message).toContain("(not in use: channels.discord.enabled is false)");
    expect(report.findings[1]?.message).toContain("(not in use: agent off is off)");
    expect(report.warnings).toMatchObject([
      { code: "SECRETS_REF_IGNORED_INACTIVE_SURFACE", path: "channels.discord.token", line: 1, column: 49 },
      { code: "SECRETS_REF_IGNORED_INACTIVE_SURFACE", path: "profiles.a:1.tokenRef" },
    ]);
  });

  test("in a template is a finding for each name that is missing, with an id of its own", async () => {
    const first = await audit(config({ cron: { webhookToken: "${A}:${B}:${A}" } }));
    expect(first.report.findings.map(({ path, message }) => `${path} ${message}`)).toEqual([
      expect.stringMatching(/^cron.webhookToken env:default:A: .* \[SECRET_NOT_FOUND\]$/),
      expect.stringMatching(/^cron.webhookToken env:default:B: .* \[SECRET_NOT_FOUND\]$/),
    ]);
    const second = await audit(config({ cron: { webhookToken: "${A}:${B}:${A}" } }), {
      environment: { A: "set by now" },
    });
    expect(second.report.findings.map(({ id }) => id)).toEqual([first.report.findings[1]?.id]);
    expect(new Set(first.report.findings.map(({ id }) => id)).size).toBe(2);
  });

  test("names the fault of its provider: unknown, of another source, blank, of a wrong type", async () => {
    const { directory, secrets } = await layOut({
      "secrets.json": JSON.stringify({ object: {}, blank: " " }),
    });
    const filemain = { source: "file", path: join(directory, "secrets.json") };
    const ref = (provider: string, id: string) => ({ source: "file", provider, id });
    await writeScript(
      join(directory, "Durar.json"),
      JSON.stringify({
        secrets: { providers: { filemain, allowed: { source: "env", allowlist: [] } } },
        models: apiKey({
          a: ref("nobody", "/x"),
          b: ref("allowed", "/x"),
          c: ref("filemain", "/blank"),
          d: ref("filemain", "/object"),
          e: ref("filemain", "/nothing"),
          f: { source: "env", provider: "allowed", id: "X" },
        }),
      }),
    );
    const { report } = await auditDirectory({ directory, secrets });
    expect(report.findings.map(({ message }) => /\[(\w+)\]/.exec(message)?.[1])).toEqual([
      "SECRET_PROVIDER_NOT_CONFIGURED",
      "SECRET_PROVIDER_SOURCE_MISMATCH",
      "SECRET_EMPTY",
      "SECRET_VALUE_TYPE",
      "SECRET_NOT_FOUND",
      "SECRET_NOT_ALLOWLISTED",
    ]);
  });
});

describe("exec refs without permission to run them", () => {
  const laidOut = async (mode: number, id = "a") => {
    const { directory, secrets } = await layOut({});
    const { chmod } = await import("node:fs/promises");
    const command = await writeScript(join(directory, "vault"), vault);
    await chmod(command, mode);
    const provider = { source: "exec", command };
    const text = JSON.stringify({
      secrets: { providers: { vault: provider } },
      cron: { webhookToken: { source: "exec", provider: "vault", id } },
    });
    await writeScript(join(directory, "Durar.json"), text);
    return auditDirectory({ directory, secrets });
  };

  test("are skipped, counted, and keep the audit from being clean", async () => {
    const { found, report } = await laidOut(0o755);
    expect(found).toEqual([]);
    expect(report).toMatchObject({
      status: "incomplete",
      resolution: { refsChecked: 1, skippedExecRefs: 1, resolvabilityComplete: false },
    });
  });

  test("are still checked: the command's path must be trusted, and the ref well formed", async () => {
    const { report } = await laidOut(0o777);
    expect(report).toMatchObject({ status: "unresolved", findings: [{ code: "REF_UNRESOLVED" }] });
    expect(report.findings[0]?.message).toContain("[SECRET_PATH_UNTRUSTED]");
    const malformed = await laidOut(0o755, "../a");
    expect(malformed.report.findings[0]?.message).toContain("malformed SecretRef: an exec id must match");
  });
});

describe("web search without a provider selected", () => {
  const webSearch = (key: unknown) => ({ config: { webSearch: { apiKey: key } } });
  const search = (keys: Readonly<Record<string, unknown>>, secrets = {}) =>
    config({
      secrets,
      plugins: {
        entries: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, webSearch(key)])),
      },
    });

  test("reports a ref that was passed over as unresolved, and names the one in use", async () => {
    const { found, report } = await audit(search({ brave: "${GONE}", google: "${HERE}", xai: "${GONE}" }), {
      environment: { HERE: "x" },
    });
    expect(places(found)).toEqual([
      "error REF_UNRESOLVED plugins.entries.brave.config.webSearch.apiKey",
      "info REF_UNRESOLVED plugins.entries.xai.config.webSearch.apiKey",
    ]);
    expect(report.warnings.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "WEB_SEARCH_KEY_UNRESOLVED plugins.entries.brave.config.webSearch.apiKey",
      "SECRETS_REF_IGNORED_INACTIVE_SURFACE plugins.entries.xai.config.webSearch.apiKey",
    ]);
    expect(report.warnings[0]?.message).toContain("gemini is used");
  });

  test("does not call a ref passed over that was merely skipped", async () => {
    const { directory, secrets } = await layOut({});
    const command = await writeScript(join(directory, "vault"), vault);
    const ref = { source: "exec", provider: "vault", id: "a" };
    const files = search(
      { brave: ref, google: "<<plain>>" },
      { providers: { vault: { source: "exec", command } } },
    );
    await writeScript(join(directory, "Durar.json"), files["Durar.json"]);
    const { report } = await auditDirectory({ directory, secrets });
    expect(report).toMatchObject({ findings: [{ code: "PLAINTEXT_FOUND" }], warnings: [] });
  });
});

describe("a configuration that breaks a rule", () => {
  test("has a finding for each issue, once, and everything else is still checked", async () => {
    const { found, report } = await audit({
      ...config({
        gateway: { port: "x" },
        models: { providers: { a: { apiKey: "<<a>>" }, b: 7 } },
        secrets: { providers: { Bad: { source: "env" } }, defaults: { file: "nobody" }, other: 1 },
        channels: { telegram: [], discord: { token: "${GONE}" } },
        hooks: { token: { source: "env", id: "A" } },
      }),
      "agents/main/agent/auth-profiles.json": JSON.stringify({
        profiles: {
          "g:1": { type: "oauth", provider: "g", access: "<<b>>", keyRef: { source: "env", id: "A" } },
        },
      }),
    });
    expect(places(found).sort()).toEqual([
      "error CONFIG_INVALID channels.telegram",
      "error CONFIG_INVALID gateway.port",
      "error CONFIG_INVALID hooks.token",
      "error CONFIG_INVALID models.providers.b",
      "error CONFIG_INVALID profiles.g:1.keyRef",
      "error CONFIG_INVALID secrets.defaults.file",
      "error CONFIG_INVALID secrets.other",
      "error CONFIG_INVALID secrets.providers.Bad",
      "error REF_UNRESOLVED channels.discord.token",
      "info LEGACY_RESIDUE profiles.g:1",
      "warn PLAINTEXT_FOUND models.providers.a.apiKey",
    ]);
    expect(report.status).toBe("unresolved");
    const policy = report.findings.find(({ path }) => path === "profiles.g:1.keyRef");
    expect(policy?.message).toContain("[SECRET_REF_POLICY]");
  });

  test("has the issues of its secrets block also where the product's schema does not cover them", async () => {
    const { found } = await audit(config({ secrets: { other: 1 } }), { validateConfig: () => [] });
    expect(places(found)).toEqual(["error CONFIG_INVALID secrets.other"]);
  });
});

test("a malformed ref of an agent that is off is information; a ref at an unknown place is a warning", async () => {
  const profile = (keyRef: unknown) =>
    JSON.stringify({ profiles: { "a:1": { type: "api_key", provider: "a", keyRef } } });
  const { found, report } = await audit({
    ...config({ custom: { thing: { source: "env", id: "A" } } }),
    "agents/main/agent/auth-profiles.json": profile({ source: "env", id: "A", extra: 1 }),
    "agents/off/agent/auth-profiles.json": profile({ source: "nowhere", id: "A" }),
  });
  expect(places(found)).toEqual([
    "error REF_UNRESOLVED profiles.a:1.keyRef",
    "info REF_UNRESOLVED profiles.a:1.keyRef",
  ]);
  expect(report.warnings).toMatchObject([{ code: "SECRETS_REF_UNKNOWN_PATH", path: "custom.thing" }]);
});

test("profiles that take precedence over a ref are shadows; those without a credential, or of an agent that is off, are not", async () => {
  const files = (agent: string, profiles: unknown) => ({
    [`agents/${agent}/agent/auth-profiles.json`]: JSON.stringify({ profiles }),
  });
  const all = {
    "zai:ref": { type: "api_key", provider: "z-ai", keyRef: { source: "env", id: "A" } },
    "zai:plain": { type: "token", provider: "ZAI", token: "${A}" },
    "zai:oauth": { type: "oauth", provider: "zai", access: "x" },
    "zai:none": { type: "api_key", provider: "zai", key: "" },
    "zai:other": { type: "api_key", provider: "zai", token: "of another type" },
    "zai:unknown": { type: "unheard-of", provider: "zai", key: "x" },
    "b:off": { type: "api_key", provider: "b", keyRef: { source: "env", id: "A" } },
    "c:plain": { type: "api_key", provider: "c", keyRef: { source: "env", id: "A" } },
  };
  const { report } = await audit(
    {
      ...config({
        models: {
          providers: {
            "z.ai": { apiKey: "${A}" },
            b: { enabled: false, apiKey: "${A}" },
            c: { apiKey: "ollama-local" },
          },
        },
      }),
      ...files("main", all),
      ...files("off", all),
    },
    { environment: { A: "a" } },
  );
  const shadows = report.findings.filter(({ code }) => code === "REF_SHADOWED");
  expect(shadows.map(({ agentId, profileId, provider }) => [agentId, profileId, provider])).toEqual([
    ["main", "zai:ref", "zai"],
    ["main", "zai:plain", "zai"],
    ["main", "zai:oauth", "zai"],
  ]);
  expect(shadows[0]?.message).toContain('models.providers["z.ai"].apiKey');
  expect(report.summary.shadowedRefCount).toBe(3);
});

test("an interrupted commit is an error with the hint that was handed in", async () => {
  const interruptedCommit = { path: "/state/journal", hint: "run the apply again" };
  const { report } = await audit(config({}), { interruptedCommit });
  expect(report).toMatchObject({
    status: "findings",
    findings: [{ code: "COMMIT_INTERRUPTED", severity: "error", hint: "run the apply again", line: 1 }],
  });
});

test("an abort ends the audit with its reason", async () => {
  const { directory } = await layOut(config({}));
  const reason = new Error("enough");
  const options = auditOptions(directory, { signal: AbortSignal.abort(reason) });
  await expect(auditStores(options)).rejects.toBe(reason);
});
