import { getEventListeners } from "node:events";
import { mkdir, readdir, rmdir, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryDirectory } from "@durar/testing";
import { expect, test } from "vitest";
import { replaceFile, withFileLock } from "./index.ts";

const place = async (): Promise<string> => join(await temporaryDirectory(), "config.json");

test("one at a time holds the lock of a file, which need not exist", async () => {
  const path = await place();
  let inside = 0;
  let runs = 0;
  const enter = (): Promise<number> =>
    withFileLock(path, { lockTimeoutMs: 30_000 }, async () => {
      inside += 1;
      expect(inside).toBe(1);
      expect((await stat(`${path}.lock`)).isDirectory()).toBe(true);
      inside -= 1;
      return (runs += 1);
    });
  const results = await Promise.all(Array.from({ length: 8 }, enter));
  expect(results.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await readdir(join(path, ".."))).toEqual([]);
});

test("a link to a file and the file have one lock", async () => {
  const path = await place();
  await writeFile(path, "old");
  await symlink("config.json", `${path}-link`);
  await withFileLock(`${path}-link`, {}, async () => {
    const options = { expected: "old", content: "new", lockTimeoutMs: 0 };
    await expect(replaceFile(path, options)).rejects.toMatchObject({
      ...{ code: "COMMIT_LOCKED", kind: "unavailable" },
      message: `${path}.lock is held by someone else`,
    });
  });
  expect(await replaceFile(path, { expected: "old", content: "new" })).toMatchObject({ changed: true });
});

test("the lock is given back when the work fails, and its error is passed on", async () => {
  const path = await place();
  const failure = new Error("work");
  await expect(withFileLock(path, {}, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(await withFileLock(path, { lockTimeoutMs: 0 }, async () => "free")).toBe("free");
});

test("an abort ends the wait for a lock at once, and leaves no listener", async () => {
  const path = await place();
  await mkdir(`${path}.lock`);
  const controller = new AbortController();
  const wait = withFileLock(path, { lockTimeoutMs: Infinity, signal: controller.signal }, async () => 1);
  setTimeout(() => controller.abort(), 60);
  await expect(wait).rejects.toMatchObject({ code: "COMMIT_ABORTED" });
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
});

test("an abort during the work is the work's to heed", async () => {
  const path = await place();
  const controller = new AbortController();
  const { signal } = controller;
  const result = await withFileLock(path, { signal }, async (own) => {
    controller.abort();
    return own.reason as unknown;
  });
  expect(result).toMatchObject({ code: "COMMIT_ABORTED" });
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("a lock that was not refreshed for long is taken over", async () => {
  const path = await place();
  await mkdir(`${path}.lock`);
  const long = Date.now() / 1000 - 12;
  await utimes(`${path}.lock`, long, long);
  expect(await withFileLock(path, { lockTimeoutMs: 0 }, async () => "mine")).toBe("mine");
});

test("work is told that its lock was taken over, and the successor keeps it", async () => {
  const path = await place();
  await withFileLock(path, {}, async (signal) => {
    await rmdir(`${path}.lock`);
    await mkdir(`${path}.lock`);
    await sleep(60_000, undefined, { signal }).catch(() => undefined);
    expect(signal.reason).toMatchObject({ code: "COMMIT_LOCK_LOST" });
  });
  expect(await readdir(join(path, ".."))).toEqual(["config.json.lock"]);
});

test("what is no lock and stands in its place is left alone", async () => {
  const path = await place();
  const long = Date.now() / 1000 - 60;
  await writeFile(`${path}.lock`, "");
  await utimes(`${path}.lock`, long, long);
  await expect(withFileLock(path, {}, async () => 1)).rejects.toMatchObject({
    ...{ code: "COMMIT_FAILED", message: `the lock ${path}.lock cannot be made (ENOTDIR)` },
    hint: "remove what is there, which is no lock, or rename it",
  });
  expect(await readdir(join(path, ".."))).toEqual(["config.json.lock"]);
});

test("a file's directory must exist", async () => {
  await expect(withFileLock(join(await place(), "x"), {}, async () => 1)).rejects.toMatchObject({
    code: "COMMIT_FAILED",
  });
});
