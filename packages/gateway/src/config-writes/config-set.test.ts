import { lstatSync, readlinkSync, renameSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { canary, writePrivate } from "@durar/testing";
import { expect, test } from "vitest";
import { createDisk, PATIENT, start } from "../fixtures/disk-gateway.ts";
import { createVault } from "../fixtures/vault.ts";

test("a write keeps refs, comments, order, line ends, byte order mark, permissions and the link to the file", async () => {
  const [plain, inComment] = [canary(), canary()];
  const disk = await createDisk({ ".env": `KEY=${inComment}` }, { secrets: [plain, inComment] });
  const real = join(disk.directory, "real.json");
  const text = [
    "\ufeff// before it",
    "{",
    "  z: 1, /* last is first */",
    `  models: { 'providers': { b: { apiKey: '${plain}' }, a: { apiKey: "\${KEY}" } } }, // ${inComment}`,
    "  talk: { apiKey: { source: 'env', id: 'KEY' }, enabled: true, }, // on",
    "}",
    "",
  ].join("\r\n");
  await writePrivate(real, text, 0o640);
  symlinkSync("real.json", disk.configFile);
  const { client } = await start(disk);
  const { raw, hash } = await client.call("config.get", {});
  const written = await client.call("config.set", {
    raw: raw.replace("enabled: true", "enabled: false"),
    baseHash: hash,
  });
  expect(disk.readConfig()).toBe(text.replace("enabled: true", "enabled: false"));
  expect(statSync(real).mode & 0o777).toBe(0o640);
  expect(lstatSync(disk.configFile).isSymbolicLink()).toBe(true);
  expect(readlinkSync(disk.configFile)).toBe("real.json");
  expect(written).toMatchObject({ ok: true, generation: 2, changedPaths: ["talk.apiKey", "talk.enabled"] });

  // The hash that a write answers is the one to go on with.
  const { hash: next } = await client.call("config.patch", { patch: { z: 2 }, baseHash: written.hash });
  expect(disk.readConfig()).toContain("  z: 2, /* last is first */\r\n");
  expect(await client.call("config.get", {})).toMatchObject({ hash: next });
});

test("of two writers with one hash, one wins and the other is told, however often it is tried", async () => {
  const disk = await createDisk({ "Durar.json": "{ writer: 0 }" });
  const { client } = await start(disk);
  let { hash } = await client.call("config.get", {});
  for (let round = 1; round <= 50; round++) {
    const outcomes = await Promise.allSettled(
      ["one", "two"].map((writer) =>
        client.call("config.set", { raw: `{ writer: "${writer} ${round}" }`, baseHash: hash }),
      ),
    );
    const won = outcomes.filter((outcome) => outcome.status === "fulfilled");
    const lost = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(won).toHaveLength(1);
    expect(lost).toMatchObject([{ reason: { dataCode: "CONFIG_CONFLICT" } }]);
    const winner = outcomes[0]?.status === "fulfilled" ? "one" : "two";
    expect(disk.readConfig()).toBe(`{ writer: "${winner} ${round}" }`);
    hash = won[0]?.value.hash ?? "";
  }
  expect(await client.call("secrets.status", {})).toMatchObject({ generation: 51, state: "healthy" });
});

test("a change on disk between reading and writing is not overwritten", async () => {
  const disk = await createDisk({ "Durar.json": "{}" });
  const { client } = await start(disk);
  const { hash } = await client.call("config.get", {});
  await disk.write("Durar.json", "{ theirs: 1 }");
  const failure = client.call("config.set", { raw: "{ ours: 1 }", baseHash: hash });
  await expect(failure).rejects.toMatchObject({ dataCode: "CONFIG_CONFLICT" });
  expect(disk.readConfig()).toBe("{ theirs: 1 }");
  expect(await client.call("secrets.status", {})).toMatchObject({ generation: 1 });
});

test("a change on disk while the write is being prepared is not overwritten", async () => {
  const vault = await createVault({ key: canary() });
  const config = {
    secrets: { providers: { vault: vault.provider } },
    talk: { apiKey: { source: "exec", provider: "vault", id: "key" } },
  };
  const disk = await createDisk({ "Durar.json": config });
  const { client } = await start(disk);
  const { raw, hash } = await client.call("config.get", {});
  vault.begin("hold");
  const calls = vault.calls();
  const write = client.call("config.set", { raw: `${raw}\n// ours`, baseHash: hash });
  await expect.poll(() => vault.calls(), PATIENT).toBe(calls + 1);
  const theirs = `${JSON.stringify(config)} // theirs`;
  await disk.write("theirs", theirs);
  renameSync(join(disk.directory, "theirs"), disk.configFile);
  vault.end("hold");
  await expect(write).rejects.toMatchObject({ dataCode: "CONFIG_CONFLICT" });
  expect(disk.readConfig()).toBe(theirs);
  expect(await client.call("secrets.status", {})).toMatchObject({ generation: 1, state: "healthy" });
});

test("a reload that waits behind a write does not bring the older configuration back", async () => {
  const [one, two] = [canary(), canary()];
  const vault = await createVault({ one, two });
  const configWith = (id: string): object => ({
    secrets: { providers: { vault: vault.provider } },
    talk: { apiKey: { source: "exec", provider: "vault", id } },
  });
  const disk = await createDisk({ "Durar.json": configWith("one") }, { secrets: [one, two] });
  const { client } = await start(disk);
  const { hash } = await client.call("config.get", {});
  const calls = vault.calls();
  vault.begin("hold");
  const before = client.call("secrets.reload", {});
  await expect.poll(() => vault.calls(), PATIENT).toBe(calls + 1);
  const write = client.call("config.set", { raw: JSON.stringify(configWith("two")), baseHash: hash });
  // In the queue behind the write, and asked for while the older configuration is still on disk.
  await expect.poll(() => disk.log.withCode("SECRETS_ACTIVATED").length, PATIENT).toBe(1);
  const after = client.call("secrets.reload", {});
  vault.end("hold");
  const [first, , last] = await Promise.all([before, write, after]);
  expect(last.generation).toBeGreaterThan(first.generation);
  expect(JSON.parse(disk.readConfig())).toEqual(configWith("two"));
  const { assignments } = await client.call("secrets.resolve", {
    commandName: "test",
    targetIds: ["talk.apiKey"],
  });
  expect(assignments).toMatchObject([{ path: "talk.apiKey", value: two }]);
});

test("config.apply writes as config.set does", async () => {
  const disk = await createDisk({ "Durar.json": "{}" });
  const { client } = await start(disk);
  const { hash } = await client.call("config.get", {});
  expect(await client.call("config.apply", { raw: "{ a: 1 }", baseHash: hash })).toMatchObject({
    generation: 2,
  });
  expect(disk.readConfig()).toBe("{ a: 1 }");
});
