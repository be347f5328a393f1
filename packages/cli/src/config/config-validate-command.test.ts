import { join } from "node:path";
import { assertAbsent, canary, temporaryDirectory, writePrivate, writeScript } from "@durar/testing";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { configWith, durar } from "../fixtures/durar.ts";

const validate = ["config", "validate"];

test("a sound configuration is valid, with plaintext in it or not", async () => {
  const state = await temporaryDirectory();
  const secret = canary();
  const file = await writePrivate(join(state, "Durar.json"), configWith(secret));
  const { exitCode, stdout, stderr } = await durar(state, validate);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 0,
    stdout: `valid: ${file} (0 problems, 0 warnings)\n`,
    stderr: "",
  });
  assertAbsent(secret, stdout);
});

test("every problem is named with its place, and the status is 2", async () => {
  const state = await temporaryDirectory();
  const config = `{
  secrets: { providers: { vault: { source: "exec", command: "vault" } } },
  models: { providers: { openai: { apiKey: { source: "env", provider: "nowhere", id: "A" } } } },
}`;
  await writePrivate(join(state, "Durar.json"), config);
  const { exitCode, stdout } = await durar(state, validate);
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/^not valid: .*Durar\.json \(\d+ problems, \d+ warnings?\)\n\nDurar\.json\n/);
  expect(stdout).toContain("secrets.providers.vault.command");
  expect(stdout).toContain("models.providers.openai.apiKey");
  const quiet = await durar(state, [...validate, "--quiet"]);
  expect(quiet).toEqual({ exitCode: 2, stdout: `${stdout.split("\n")[0] ?? ""}\n`, stderr: "" });
});

test("--json prints the report", async () => {
  const state = await temporaryDirectory();
  const file = await writePrivate(join(state, "Durar.json"), "{");
  const { exitCode, stdout } = await durar(state, [...validate, "--json"]);
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    ok: false,
    configFile: file,
    problems: [{ line: 1 }],
  });
});

test("a remark that blocks nothing is shown and leaves the status 0", async () => {
  const state = await temporaryDirectory();
  const ref = { source: "env", provider: "default", id: "UNUSED" };
  const config = { channels: { telegram: { enabled: false, botToken: ref } } };
  await writePrivate(join(state, "Durar.json"), JSON.stringify(config));
  const { exitCode, stdout } = await durar(state, validate);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /\(0 problems, 1 warning\)\n\n {2}1:\d+ {2}note {3}SECRETS_REF_IGNORED_INACTIVE_SURFACE/,
  );
});

test("no provider is run", async () => {
  const state = await temporaryDirectory();
  const command = await writeScript(join(state, "resolver"), `#!/bin/sh\ntouch ${join(state, "was-run")}\n`);
  const config = {
    secrets: { providers: { vault: { source: "exec", command } } },
    models: { providers: { openai: { apiKey: { source: "exec", provider: "vault", id: "a" } } } },
  };
  await writePrivate(join(state, "Durar.json"), JSON.stringify(config));
  expect((await durar(state, validate)).exitCode).toBe(0);
  expect(existsSync(join(state, "was-run"))).toBe(false);
});
