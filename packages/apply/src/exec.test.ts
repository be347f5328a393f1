import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeScript } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { env, install, planOf, type Installation } from "./fixtures/installation.ts";

const openai = { type: "models.providers.apiKey", path: "models.providers.openai.apiKey" };
const viaVault = { ...openai, ref: { source: "exec", provider: "vault", id: "openai" } };

/** A vault that leaves a mark when it is asked. */
async function state(): Promise<Installation & { readonly wasAsked: () => boolean }> {
  const installation = await install(
    {
      "Durar.json": `{
  secrets: { providers: { vault: { source: "exec", command: "<dir>/vault", passEnv: ["PATH"] } } },
  models: { providers: { openai: { apiKey: "<<openai>>" } } },
  channels: { irc: { password: { source: "exec", provider: "vault", id: "irc" } } },
}
`,
    },
    { OPENAI_API_KEY: "<<openai>>", PATH: process.env["PATH"] ?? "" },
  );
  const answer = JSON.stringify({
    protocolVersion: 1,
    values: { openai: installation.secret("openai"), irc: installation.secret("irc") },
  });
  await writeScript(join(installation.directory, "vault"), `#!/bin/sh\n: > asked\necho '${answer}'\n`);
  return { ...installation, wasAsked: () => existsSync(join(installation.directory, "asked")) };
}

describe("a plan without exec", () => {
  test("never runs a command, although the configuration has exec refs and it may", async () => {
    const { apply, wasAsked } = await state();
    const attempt = await apply(planOf([{ ...openai, ref: env("OPENAI_API_KEY") }]), { allowExec: true });
    expect(attempt).toMatchObject({
      ok: true,
      result: { skippedExecRefs: 1, checks: { resolvabilityComplete: false } },
    });
    expect(wasAsked()).toBe(false);
  });
});

describe("a plan with exec refs", () => {
  test("is not written without consent, and nothing runs", async () => {
    const { apply, wasAsked, text } = await state();
    const before = text("Durar.json");
    expect(await apply(planOf([viaVault]))).toMatchObject({ ok: false, code: "SECRET_EXEC_NOT_ALLOWED" });
    expect(wasAsked()).toBe(false);
    expect(text("Durar.json")).toBe(before);
  });

  test("with a provider alone needs consent too", async () => {
    const { apply } = await state();
    const providerUpserts = { other: { source: "exec", command: "/usr/bin/true" } };
    expect(await apply(planOf([], { providerUpserts }))).toMatchObject({ code: "SECRET_EXEC_NOT_ALLOWED" });
    expect(await apply(planOf([], { providerUpserts }), { allowExec: true })).toMatchObject({ ok: true });
  });

  test("can be looked at in a dry run that runs nothing and says so", async () => {
    const { dryRun, wasAsked } = await state();
    expect(await dryRun(planOf([viaVault]))).toMatchObject({
      ok: true,
      result: { skippedExecRefs: 2, checks: { resolvabilityComplete: false } },
    });
    expect(wasAsked()).toBe(false);
  });

  test("is written with consent once the command gives the same value", async () => {
    const { apply, wasAsked, text } = await state();
    expect(await apply(planOf([viaVault]), { allowExec: true })).toMatchObject({
      ok: true,
      result: { skippedExecRefs: 0, checks: { resolvabilityComplete: true } },
    });
    expect(wasAsked()).toBe(true);
    expect(text("Durar.json")).not.toContain("<<openai>>");
  });

  test("is refused where the command gives another value, unless new values are accepted", async () => {
    const { apply, text } = await state();
    const other = planOf([{ ...openai, ref: { source: "exec", provider: "vault", id: "irc" } }]);
    const before = text("Durar.json");
    expect(await apply(other, { allowExec: true })).toMatchObject({
      ok: false,
      reasons: ["APPLY_VALUE_DIFFERS target 1 (models.providers.openai.apiKey): differs"],
    });
    expect(text("Durar.json")).toBe(before);
    expect(await apply(other, { allowExec: true, acceptNewValues: true })).toMatchObject({ ok: true });
  });
});
