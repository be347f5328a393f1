import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { GatewayClient } from "@durar/gateway-client";
import { canary, writePrivate } from "@durar/testing";
import { expect, test } from "vitest";
import { createDisk, EAGER, PATIENT, start, type Disk } from "./fixtures/disk-gateway.ts";

/** What is in force for each of these targets. */
async function valuesOf(client: GatewayClient, ...targetIds: string[]): Promise<unknown[]> {
  const { assignments } = await client.call("secrets.resolve", { commandName: "test", targetIds });
  return assignments.map(({ value }) => value);
}

/** A configuration whose one credential is in a file below the state directory. */
function fileConfig(disk: Disk, name: string, more: object = {}): object {
  return {
    secrets: {
      providers: { files: { source: "file", path: join(disk.directory, name), allowSymlinkPath: true } },
    },
    talk: { apiKey: { source: "file", provider: "files", id: "/key" } },
    ...more,
  };
}

function replace(path: string, content: string | object): void {
  writeFileSync(`${path}.new`, typeof content === "string" ? content : JSON.stringify(content), {
    mode: 0o600,
  });
  renameSync(`${path}.new`, path);
}

test("a secret rotated on disk is in force without a reload being asked for, the second time too", async () => {
  const [one, two, three] = [canary(), canary(), canary()];
  const disk = await createDisk({ "values.json": { key: one } }, { secrets: [one, two, three] });
  await disk.write("Durar.json", fileConfig(disk, "values.json"));
  const { client } = await start(disk, { watching: EAGER });
  replace(join(disk.directory, "values.json"), { key: two });
  await expect.poll(() => valuesOf(client, "talk.apiKey"), PATIENT).toEqual([two]);
  await disk.write("values.json", { key: three });
  await expect.poll(() => valuesOf(client, "talk.apiKey"), PATIENT).toEqual([three]);
  const { lastAttempt } = await client.call("secrets.status", {});
  expect(lastAttempt).toMatchObject({ trigger: "watch", ok: true });
});

test("a secret in a Kubernetes volume is followed through each swap of `..data`", async () => {
  const versions = [canary(), canary(), canary()];
  const disk = await createDisk({ "volume/x": "" }, { secrets: versions });
  const volume = join(disk.directory, "volume");
  const publish = async (version: number): Promise<void> => {
    const directory = join(volume, `..v${version}`);
    await writePrivate(join(directory, "values.json"), JSON.stringify({ key: versions[version] }));
    symlinkSync(`..v${version}`, join(volume, "..tmp"));
    renameSync(join(volume, "..tmp"), join(volume, "..data"));
    rmSync(join(volume, `..v${version - 1}`), { recursive: true, force: true });
  };
  await publish(0);
  symlinkSync("..data/values.json", join(volume, "values.json"));
  await disk.write("Durar.json", fileConfig(disk, "volume/values.json"));
  const { client } = await start(disk, { watching: EAGER });
  for (const version of [1, 2]) {
    await publish(version);
    await expect.poll(() => valuesOf(client, "talk.apiKey"), PATIENT).toEqual([versions[version]]);
  }
});

test("a configuration behind a link is followed, and files it names are watched from then on, missing ones too", async () => {
  const [first, second, third] = [canary(), canary(), canary()];
  const disk = await createDisk({ "real/x": "" }, { secrets: [first, second, third] });
  const real = join(disk.directory, "real/config.json");
  replace(real, { talk: { apiKey: first } });
  symlinkSync("real/config.json", disk.configFile);
  const { client } = await start(disk, { watching: EAGER });
  replace(real, { talk: { apiKey: second } });
  await expect.poll(() => valuesOf(client, "talk.apiKey"), PATIENT).toEqual([second]);

  // The file is not there yet: the last good secret stays until it is.
  replace(real, fileConfig(disk, "later/values.json"));
  await expect.poll(() => disk.log.withCode("SECRETS_RELOADER_DEGRADED").length, PATIENT).toBe(1);
  expect(await valuesOf(client, "talk.apiKey")).toEqual([second]);
  mkdirSync(join(disk.directory, "later"));
  await sleep(100);
  await disk.write("later/values.json", { key: third });
  await expect.poll(() => valuesOf(client, "talk.apiKey"), PATIENT).toEqual([third]);
  expect(disk.log.withCode("SECRETS_RELOADER_RECOVERED")).toHaveLength(1);
});

test("a `.env` that appears, changes and goes is noticed", async () => {
  const disk = await createDisk({ "Durar.json": "{}" });
  const { client } = await start(disk, { watching: EAGER });
  await disk.write(".env", "A=one");
  await disk.write("Durar.json", { talk: { apiKey: "${A}" } });
  await expect.poll(() => valuesOf(client, "talk.apiKey"), PATIENT).toEqual(["one"]);
  await disk.write(".env", "A=two");
  await expect.poll(() => valuesOf(client, "talk.apiKey"), PATIENT).toEqual(["two"]);
  rmSync(join(disk.directory, ".env"));
  await expect.poll(() => disk.log.withCode("SECRETS_RELOADER_DEGRADED").length, PATIENT).toBe(1);
  expect(await valuesOf(client, "talk.apiKey")).toEqual(["two"]);
});

test("an agent's directory that appears is noticed, however slowly it is filled", async () => {
  const [one, two] = [canary(), canary()];
  const disk = await createDisk({ "Durar.json": "{}", "agents/main/agent/x": "" }, { secrets: [one, two] });
  const { client } = await start(disk, { watching: EAGER });
  const profiles = (key: string): object => ({ profiles: { p: { type: "api_key", provider: "p", key } } });
  mkdirSync(join(disk.directory, "agents/ops"));
  await sleep(150);
  mkdirSync(join(disk.directory, "agents/ops/agent"));
  await sleep(150);
  await disk.write("agents/ops/agent/auth-profiles.json", profiles(one));
  await expect.poll(() => valuesOf(client, "auth-profiles.api_key.key"), PATIENT).toEqual([one]);
  await disk.write("agents/main/agent/auth-profiles.json", profiles(two));
  await expect
    .poll(async () => (await valuesOf(client, "auth-profiles.api_key.key")).sort(), PATIENT)
    .toEqual([one, two].sort());
});

test("a configuration that is broken on disk is logged and changes nothing; mended, it is in force", async () => {
  const [old, now] = [canary(), canary()];
  const disk = await createDisk({ "Durar.json": { talk: { apiKey: old } } }, { secrets: [old, now] });
  const { client } = await start(disk, { watching: EAGER });
  await disk.write("Durar.json", `{ talk: { apiKey: "${now}"`);
  await expect.poll(() => disk.log.withCode("CONFIG_INVALID").length, PATIENT).toBe(1);
  const status = await client.call("secrets.status", {});
  expect(status).toMatchObject({ state: "healthy", generation: 1, lastAttempt: { ok: false } });
  expect(status.recentEvents.map(({ code }) => code)).toEqual(["SECRETS_ACTIVATED"]);
  expect(await valuesOf(client, "talk.apiKey")).toEqual([old]);
  await disk.write("Durar.json", { talk: { apiKey: now } });
  await expect.poll(() => valuesOf(client, "talk.apiKey"), PATIENT).toEqual([now]);
  expect(await client.call("secrets.status", {})).toMatchObject({ state: "healthy", generation: 2 });
});

test("what the gateway writes itself is not activated a second time, what others write then is", async () => {
  const disk = await createDisk({ "Durar.json": "{ a: 0 }" });
  const { client } = await start(disk, { watching: EAGER });
  let { hash } = await client.call("config.get", {});
  for (const a of [1, 2, 3]) {
    ({ hash } = await client.call("config.patch", { patch: { a }, baseHash: hash }));
    await sleep(150);
  }
  expect(disk.log.withCode("SECRETS_ACTIVATED")).toHaveLength(4);
  await disk.write("Durar.json", "{ a: 4 }");
  await expect.poll(() => disk.log.withCode("SECRETS_ACTIVATED").length, PATIENT).toBe(5);
});

test("nor is it while it is still being written, however soon that is noticed", async () => {
  const disk = await createDisk({ "Durar.json": "{ a: 0 }" });
  const { client } = await start(disk, { watching: { debounceMs: 1, pollMs: 1 } });
  let { hash } = await client.call("config.get", {});
  for (let a = 1; a <= 50; a++)
    ({ hash } = await client.call("config.patch", { patch: { a }, baseHash: hash }));
  await sleep(150);
  expect(disk.log.withCode("SECRETS_ACTIVATED")).toHaveLength(51);
});

test("where nothing hints at a change, the poll notices it", async () => {
  const disk = await createDisk({ "Durar.json": "{}" });
  await start(disk, { watching: { debounceMs: 600_000, pollMs: 20 } });
  await disk.write("Durar.json", "{ a: 1 }");
  await expect.poll(() => disk.log.withCode("SECRETS_ACTIVATED").length, PATIENT).toBe(2);
});
