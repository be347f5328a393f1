import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { withFileLock } from "@durar/file-commit";
import { canary } from "@durar/testing";
import { expect, test } from "vitest";
import { createDisk, PATIENT, start, type Disk } from "./fixtures/disk-gateway.ts";
import { interruptCommit } from "./fixtures/interrupted-commit.ts";

const secret = canary();
const before = { "Durar.json": `{ talk: { apiKey: "${secret}" } }`, ".env": "A=1\n" };
const after = { "Durar.json": "{ talk: { apiKey: '${TALK}' } }", ".env": `TALK=${secret}\n` };

async function disk(): Promise<Disk> {
  return createDisk(before, { secrets: [secret] });
}

function isDone({ directory, layout }: Disk): boolean {
  return (
    !existsSync(layout.journalFile) &&
    Object.entries(after).every(([name, content]) => readFileSync(join(directory, name), "utf8") === content)
  );
}

test("a start finishes a change that was interrupted, and goes by what comes of it", async () => {
  const place = await disk();
  await interruptCommit(place, after);
  const { client } = await start(place);
  expect(isDone(place)).toBe(true);
  expect(place.log.withCode("COMMIT_RECOVERED")).toHaveLength(1);
  expect((await client.call("config.get", {})).config).toEqual({ talk: { apiKey: "${TALK}" } });
  expect(readdirSync(place.directory).filter((name) => name.includes("tmp-durar"))).toEqual([]);
});

test("a start removes what a change left that was killed before it came to its journal", async () => {
  const place = await disk();
  await interruptCommit(place, after);
  await rm(place.layout.journalFile);
  await start(place);
  expect(readFileSync(place.configFile, "utf8")).toBe(before["Durar.json"]);
  expect(readdirSync(place.directory).filter((name) => name.includes("tmp-durar"))).toEqual([]);
});

test.each(["secrets.reload", "config.get"] as const)("%s finishes it too", async (method) => {
  const place = await disk();
  const { client } = await start(place);
  await interruptCommit(place, after);
  await client.call(method, {});
  expect(isDone(place)).toBe(true);
});

test("a write is held against what comes of it", async () => {
  const place = await disk();
  const { client } = await start(place);
  const { hash } = await client.call("config.get", {});
  await interruptCommit(place, after);
  await expect(client.call("config.patch", { patch: { talk: null }, baseHash: hash })).rejects.toMatchObject({
    dataCode: "CONFIG_CONFLICT",
  });
  expect(isDone(place)).toBe(true);
});

test("a reload waits for a change that is going on", async () => {
  const place = await disk();
  const { client, gateway } = await start(place);
  let reloaded = false;
  await withFileLock(place.layout.journalFile, {}, async () => {
    await interruptCommit(place, after);
    const reload = client.call("secrets.reload", {}).then(() => (reloaded = true));
    await client.call("secrets.status", {});
    expect(reloaded).toBe(false);
    // The change comes to its end, and takes its journal with it.
    for (const [name, content] of Object.entries(after)) await place.write(name, content);
    await rm(place.layout.journalFile);
    void reload;
  });
  await expect.poll(() => reloaded, PATIENT).toBe(true);
  expect(gateway.status().generation).toBe(2);
  expect(place.log.withCode("COMMIT_RECOVERED")).toEqual([]);
});

test("where a file was changed by hand since, nothing is touched, a start is refused and a reload keeps what there was", async () => {
  const place = await disk();
  const { client } = await start(place);
  await interruptCommit(place, after);
  const mine = `{ talk: { apiKey: "${secret}" }, mine: 1 }`;
  await place.write("Durar.json", mine);
  await expect(client.call("secrets.reload", {})).rejects.toMatchObject({
    failures: [{ code: "APPLY_RECOVERY_CONFLICT" }],
  });
  expect(await client.call("secrets.status", {})).toMatchObject({ state: "healthy", generation: 1 });

  const other = await disk();
  await interruptCommit(other, after);
  await other.write("Durar.json", mine);
  await expect(start(other)).rejects.toMatchObject({ failures: [{ code: "APPLY_RECOVERY_CONFLICT" }] });
  for (const { configFile, directory, layout } of [place, other]) {
    expect(readFileSync(configFile, "utf8")).toBe(mine);
    expect(readFileSync(join(directory, ".env"), "utf8")).toBe(before[".env"]);
    expect(existsSync(layout.journalFile)).toBe(true);
  }
});
