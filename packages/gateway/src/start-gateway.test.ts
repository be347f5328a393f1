import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDurarError } from "@durar/secretref-schema";
import { assertNoLeak, canary, testWith } from "@durar/testing";
import { expect, test } from "vitest";
import { createDisk, EAGER, PATIENT, start, type Disk } from "./fixtures/disk-gateway.ts";
import { inotify, inotifyWatches } from "./fixtures/inotify.ts";
import { createVault } from "./fixtures/vault.ts";

/** The reasons why a gateway does not start, which leaves nothing behind. */
async function failuresOf(disk: Disk, secrets: readonly string[] = []): Promise<readonly object[]> {
  const outcome = await assertNoLeak(secrets, () => start(disk));
  const error = outcome.threw ? outcome.error : undefined;
  expect(isDurarError(error)).toBe(true);
  expect(existsSync(join(disk.directory, "gateway.sock"))).toBe(false);
  return (error as { failures?: readonly object[] }).failures ?? [error as object];
}

/** Three refs on three providers, none of which resolves, on channels that are on or off. */
async function threeBroken(enabled: boolean): Promise<Disk> {
  const vault = await createVault({});
  vault.answer({}, { bot: "NOT_FOUND" });
  const disk = await createDisk({ "values.json": {} });
  await disk.write("Durar.json", {
    secrets: {
      providers: {
        files: { source: "file", path: join(disk.directory, "values.json") },
        vault: vault.provider,
      },
    },
    channels: {
      telegram: { enabled, botToken: { source: "env", provider: "default", id: "MISSING_TOKEN" } },
      slack: { enabled, botToken: { source: "file", provider: "files", id: "/slack" } },
      discord: { enabled, token: { source: "exec", provider: "vault", id: "bot" } },
    },
  });
  return disk;
}

const paths = ["channels.discord.token", "channels.slack.botToken", "channels.telegram.botToken"];

test("a start with broken refs on three providers fails, and names all three with their paths", async () => {
  const failures = (await failuresOf(await threeBroken(true))) as { code: string; paths: string[] }[];
  expect(failures.map(({ code, paths: [path] }) => `${path} ${code}`).sort()).toEqual([
    `${paths[0]} SECRET_PROVIDER_REPORTED`,
    `${paths[1]} SECRET_NOT_FOUND`,
    `${paths[2]} SECRET_NOT_FOUND`,
  ]);
});

test("with the same refs on channels that are off it starts, and reports each as ignored", async () => {
  const disk = await threeBroken(false);
  const { client } = await start(disk);
  const ignored = "SECRETS_REF_IGNORED_INACTIVE_SURFACE";
  expect(disk.log.withCode(ignored).map(({ path }) => path)).toEqual(expect.arrayContaining(paths));
  const { warnings, state } = await client.call("secrets.status", {});
  expect(state).toBe("healthy");
  const reported = warnings.filter(({ code }) => code === ignored).map(({ path }) => path);
  expect(reported.sort()).toEqual(paths);
  const report = await client.call("secrets.reload", {});
  expect(report).toMatchObject({ ok: true, generation: 2, warningCount: warnings.length });
});

test("a start with broken files fails with every one of them", async () => {
  const secret = canary();
  const disk = await createDisk(
    {
      "Durar.json": "{}",
      "agents/main/agent/auth-profiles.json": `{"x": "${secret}`,
      "agents/ops/agent/auth-profiles.json": "[]",
      ".env/x": "",
    },
    { secrets: [secret] },
  );
  const failures = (await failuresOf(disk, [secret])) as { code: string; message: string }[];
  expect(failures.map(({ code, message }) => [code, message.slice(disk.directory.length)])).toEqual([
    [
      "CONFIG_INVALID",
      expect.stringMatching(/^\/agents\/main\/agent\/auth-profiles.json: line 1, column 7:/),
    ],
    ["CONFIG_INVALID", "/agents/ops/agent/auth-profiles.json: line 1, column 1: must be an object"],
    ["CONFIG_INVALID", "/.env: it is a directory"],
  ]);
});

test("a start without a configuration, or with one that breaks rules, says so", async () => {
  const disk = await createDisk({});
  expect(await failuresOf(disk)).toMatchObject([{ message: `${disk.configFile}: the file does not exist` }]);
  await disk.write("Durar.json", `{\n gateway: { port: -1 },\n talk: { enabled: 1 } }`);
  const failures = (await failuresOf(disk)) as { message: string }[];
  expect(failures.map(({ message }) => message.slice(disk.configFile.length).split(" ")[0])).toEqual([
    ":2:19:",
    ":3:19:",
  ]);
  await disk.write("Durar.json", "{}");
  expect((await start(disk)).gateway.status()).toMatchObject({ state: "healthy", generation: 1 });
});

test("the other layout's files are read where it is asked for", async () => {
  const disk = await createDisk(
    { "openclaw.json": { talk: { apiKey: "${KEY}" } }, ".env": "KEY=fromTheFile" },
    { layout: "openclaw" },
  );
  const { client } = await start(disk);
  const { assignments } = await client.call("secrets.resolve", {
    commandName: "t",
    targetIds: ["talk.apiKey"],
  });
  expect(assignments).toMatchObject([{ value: "fromTheFile" }]);
});

test("the process's own variables win over `.env`, which a reload reads afresh", async () => {
  const config = { talk: { apiKey: "${A}" }, cron: { webhookToken: "${B}" } };
  const disk = await createDisk({ "Durar.json": config, ".env": "A=file\nB=file" });
  const { gateway, client } = await start(disk, { environment: { HOME: disk.directory, A: "process" } });
  const values = async (): Promise<unknown[]> => {
    const targetIds = ["talk.apiKey", "cron.webhookToken"];
    const { assignments } = await client.call("secrets.resolve", { commandName: "t", targetIds });
    return assignments.map(({ value }) => value);
  };
  expect(await values()).toEqual(["process", "file"]);
  await disk.write(".env", "A=other\nB=other");
  const { changedPaths } = await gateway.reload();
  expect(changedPaths).toEqual(["cron.webhookToken"]);
  expect(await values()).toEqual(["process", "other"]);
});

test("which of the gateway's own credentials is in use is logged with its reason, at the start and at a reload", async () => {
  const gateway = { auth: { mode: "token", token: "${TOKEN}", password: "${PASSWORD}" } };
  const disk = await createDisk({ "Durar.json": { gateway }, ".env": "TOKEN=t\nPASSWORD=p" });
  const running = await start(disk);
  const lines = (): unknown[] =>
    disk.log.withCode("SECRETS_GATEWAY_AUTH_SURFACE").map(({ path, state, reason }) => [path, state, reason]);
  const expected = [
    ["gateway.auth.token", "active", "gateway.auth.mode is token"],
    ["gateway.auth.password", "inactive", "gateway.auth.mode is token"],
  ];
  expect(lines()).toEqual(expected);
  await running.gateway.reload();
  expect(lines()).toEqual([...expected, ...expected]);
});

test("a start that is stopped ends with GATEWAY_STOPPED, and runs nothing on", async () => {
  const vault = await createVault({ key: canary() });
  const config = {
    secrets: { providers: { vault: vault.provider } },
    talk: { apiKey: { source: "exec", provider: "vault", id: "key" } },
  };
  const disk = await createDisk({ "Durar.json": config });
  await expect(start(disk, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "GATEWAY_STOPPED",
  });
  expect(vault.calls()).toBe(0);

  vault.begin("hold");
  const controller = new AbortController();
  const starting = start(disk, { signal: controller.signal });
  const stopped = expect(starting).rejects.toMatchObject({ code: "GATEWAY_STOPPED" });
  await expect.poll(() => vault.calls(), PATIENT).toBe(1);
  controller.abort();
  await stopped;
  expect(existsSync(join(disk.directory, "gateway.sock"))).toBe(false);
  expect(disk.log.withCode("SECRETS_ACTIVATED")).toEqual([]);
});

test("what changes while the gateway starts is not lost", async () => {
  const [old, now] = [canary(), canary()];
  const vault = await createVault({ key: canary() });
  const disk = await createDisk({ "values.json": { key: old } }, { secrets: [old, now] });
  await disk.write("Durar.json", {
    secrets: {
      providers: {
        files: { source: "file", path: join(disk.directory, "values.json") },
        vault: vault.provider,
      },
    },
    talk: { apiKey: { source: "file", provider: "files", id: "/key" } },
    cron: { webhookToken: { source: "exec", provider: "vault", id: "key" } },
  });
  vault.begin("hold");
  const starting = start(disk, { watching: EAGER });
  await expect.poll(() => vault.calls(), PATIENT).toBe(1);
  // By now the file has been read, long before the other provider answers.
  await sleep(300);
  await disk.write("values.json", { key: now });
  await sleep(300);
  vault.end("hold");
  const { client } = await starting;
  const value = async (): Promise<unknown> => {
    const { assignments } = await client.call("secrets.resolve", {
      commandName: "t",
      targetIds: ["talk.apiKey"],
    });
    return assignments[0]?.value;
  };
  await expect.poll(value, PATIENT).toBe(now);
});

testWith(
  inotify,
  "closing takes the socket away, watches nothing any more, and may be asked for twice",
  async () => {
    const disk = await createDisk({ "Durar.json": "{}" });
    const before = inotifyWatches();
    const { gateway, client } = await start(disk, { watching: { debounceMs: 5, pollMs: 5 } });
    expect(inotifyWatches()).toBeGreaterThan(before);
    await Promise.all([gateway.close(), gateway.close()]);
    await gateway.close();
    expect(inotifyWatches()).toBe(before);
    expect(existsSync(gateway.socket)).toBe(false);
    await expect(client.health()).rejects.toMatchObject({ code: "GATEWAY_UNREACHABLE" });
    const { text } = disk.log;
    await disk.write("Durar.json", "{ a: 1 }");
    await sleep(100);
    expect(disk.log.text).toBe(text);
    await expect(gateway.reload()).rejects.toMatchObject({ code: "SNAPSHOT_CLOSED" });
  },
);
