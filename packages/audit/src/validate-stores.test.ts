import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { writeScript } from "@durar/testing";
import { expect, test } from "vitest";
import { auditOptions, layOut, type Files } from "./fixtures/state-directory.ts";
import { validateStores, type AuditOptions } from "./index.ts";

async function validated(files: Files, options: Partial<AuditOptions> = {}) {
  const { directory } = await layOut(files);
  const report = await validateStores(auditOptions(directory, options));
  return {
    ...report,
    found: report.problems.map(({ severity, code, path, line }) => `${line} ${severity} ${code} ${path}`),
  };
}

test("what a server could not start with is a problem, and what an audit looks for besides is none", async () => {
  const { ok, found, warnings, configFile } = await validated({
    "Durar.json": `{
      gateway: { port: "x" },
      cron: { webhookToken: "<<a>>" },
      talk: { apiKey: { source: "file", provider: "nobody", id: "/x" } },
      channels: { discord: { token: { source: "env", id: "lower" } }, irc: { enabled: false, password: { source: "exec", provider: "nobody", id: "x" } } },
      models: { providers: { p: { apiKey: "\${NOT_SET_ANYWHERE}" } } },
    }`,
    "Durar.json.bak": "{ torn",
    ".env": "OPENAI_API_KEY=<<b>>",
    "agents/main/agent/auth-profiles.json": "[]",
    "agents/main/agent/models.json": '{"providers":{"p":{"apiKey":{}}}}',
    "agents/main/agent/auth.json": "{ torn",
  });
  expect(ok).toBe(false);
  expect(found).toEqual([
    "2 error CONFIG_INVALID gateway.port",
    "4 error REF_UNRESOLVED talk.apiKey",
    "5 error REF_UNRESOLVED channels.discord.token",
    "1 error STORE_UNREADABLE ",
  ]);
  expect(configFile).toMatch(/Durar\.json$/);
  expect(warnings).toMatchObject([
    { code: "SECRETS_REF_IGNORED_INACTIVE_SURFACE", path: "channels.irc.password", line: 5 },
  ]);
});

test("a sound configuration is valid, whether or not its variables are set here", async () => {
  expect(
    await validated({ "Durar.json": '{ cron: { webhookToken: "${NOT_SET_ANYWHERE}" } }' }),
  ).toMatchObject({
    version: 1,
    ok: true,
    problems: [],
    warnings: [],
  });
});

test("every provider is checked where it is configured, used or not, and nothing is run", async () => {
  const { directory } = await layOut({});
  const command = await writeScript(join(directory, "vault"), "#!/bin/sh\ntouch ran\n");
  await chmod(command, 0o777);
  const { found, problems } = await validated({
    "Durar.json": JSON.stringify({
      secrets: {
        providers: { vault: { source: "exec", command }, files: { source: "file", path: "/nowhere/x" } },
      },
      cron: { webhookToken: { source: "exec", provider: "vault", id: "a" } },
    }),
  });
  expect(found).toEqual([
    "1 error CONFIG_INVALID secrets.providers.vault",
    "1 error CONFIG_INVALID secrets.providers.files",
  ]);
  expect(problems.map(({ message }) => /\[(\w+)\]/.exec(message)?.[1])).toEqual([
    "SECRET_PATH_UNTRUSTED",
    "SECRET_PATH_UNREADABLE",
  ]);
});

test("a check that throws is a problem of its provider, and what it threw is not shown", async () => {
  const providers = [
    {
      source: "env" as const,
      resolve: () => Promise.reject(new Error("must not run")),
      check: () => Promise.reject(new Error("content of a file")),
    },
  ];
  const { problems } = await validated({ "Durar.json": "{}" }, { providers });
  expect(problems).toMatchObject([{ code: "CONFIG_INVALID", path: "secrets.providers.default" }]);
  expect(JSON.stringify(problems)).not.toContain("content of a file");
});

test("an abort ends the validation with its reason", async () => {
  const { directory } = await layOut({ "Durar.json": "{}" });
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await expect(validateStores(auditOptions(directory, { signal }))).rejects.toBe(reason);
});
