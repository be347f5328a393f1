import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryDirectory } from "@durar/testing";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { buildBundle } from "./fixtures/build-bundle.ts";
import { replaceFile } from "./index.ts";

let bundle: string;
beforeAll(async () => {
  const { path, remove } = await buildBundle();
  bundle = path;
  return remove;
});

interface Running {
  readonly child: ChildProcess;
  /** Its exit code and signal. */
  readonly exited: Promise<unknown[]>;
  /** Ends it by SIGKILL. */
  readonly kill: () => Promise<void>;
}

/** Starts a program, which has `replaceFile`, `withFileLock` and `path`, and waits for its first word. */
async function start(path: string, program: string): Promise<Running> {
  const source = `const { replaceFile, withFileLock } = require(${JSON.stringify(bundle)});
    const { readdirSync, readFileSync } = require("node:fs");
    const { dirname } = require("node:path");
    const path = ${JSON.stringify(path)};
    (async () => {${program}})();`;
  const child = spawn(process.execPath, ["-e", source], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  await once(child.stdout, "data");
  return { child, exited, kill };
}

const holding = `await withFileLock(path, {}, async () => {
  console.log("held");
  await new Promise((resolve) => process.stdin.once("data", resolve));
});
process.exit();`;

const place = async (content: string): Promise<string> => {
  const path = join(await temporaryDirectory(), "config.json");
  await writeFile(path, content);
  return path;
};

/** What ten seconds without a refresh would do. */
async function age(path: string): Promise<void> {
  const long = Date.now() / 1000 - 60;
  await utimes(`${path}.lock`, long, long).catch(() => undefined);
}

test("another process's lock is waited for, until the deadline", async () => {
  const path = await place("old");
  const { child } = await start(path, holding);
  const options = { expected: "old", content: "new" };
  await expect(replaceFile(path, { ...options, lockTimeoutMs: 100 })).rejects.toMatchObject({
    code: "COMMIT_LOCKED",
  });
  const wait = replaceFile(path, { ...options, lockTimeoutMs: 25_000 });
  await sleep(150);
  expect(await readFile(path, "utf8")).toBe("old");
  child.stdin?.end("go on\n");
  expect(await wait).toMatchObject({ changed: true });
});

test(
  "a lock is refreshed while its owner lives, and taken over once it is stale",
  { timeout: 60_000 },
  async () => {
    const [alive, dead] = [await place("old"), await place("old")];
    await start(alive, holding);
    await (await start(dead, holding)).kill();
    const options = { expected: "old", content: "new" };
    const soon = replaceFile(dead, { ...options, lockTimeoutMs: 100 });
    await expect(soon).rejects.toMatchObject({ code: "COMMIT_LOCKED" });
    const [ofAlive, ofDead] = await Promise.allSettled([
      replaceFile(alive, { ...options, lockTimeoutMs: 13_000 }),
      replaceFile(dead, { ...options, lockTimeoutMs: 50_000 }),
    ]);
    expect(ofAlive).toMatchObject({ reason: { code: "COMMIT_LOCKED" } });
    expect(ofDead).toMatchObject({ value: { changed: true } });
  },
);

test("a process that ends while it holds a lock gives it back, but never a successor's", async () => {
  const path = await place("old");
  const ends = `await withFileLock(path, {}, async () => {
    console.log("held");
    process.stdin.once("data", () => process.exit());
    await new Promise(() => undefined);
  });`;
  const first = await start(path, ends);
  first.child.stdin?.end("end\n");
  await first.exited;
  expect(existsSync(`${path}.lock`)).toBe(false);

  const second = await start(path, ends);
  await rmdir(`${path}.lock`);
  await mkdir(`${path}.lock`);
  second.child.stdin?.end("end\n");
  await second.exited;
  expect(existsSync(`${path}.lock`)).toBe(true);
});

test("a suspended process that wakes up after its lock was taken over replaces nothing", async () => {
  const path = await place("old");
  const program = `const watch = setInterval(() => {
      if (!readdirSync(dirname(path)).some((name) => name.includes(".tmp-durar-"))) return;
      clearInterval(watch);
      console.log("staged");
      process.kill(process.pid, "SIGSTOP");
    });
    await replaceFile(path, { expected: "old", content: Buffer.alloc(64 * 1024 * 1024, "n") })
      .then(() => console.log("replaced"), ({ code }) => console.log(code));
    process.exit();`;
  const { child } = await start(path, program);
  await age(path);
  await replaceFile(path, { expected: "old", content: "mine" });
  const answer = once(child.stdout!, "data");
  child.kill("SIGCONT");
  expect(String(await answer).trim()).toBe("COMMIT_LOCK_LOST");
  expect(await readFile(path, "utf8")).toBe("mine");
  expect(await readdir(join(path, ".."))).toEqual(["config.json"]);
});

test("killed at any moment, a process leaves the old content or the new", { timeout: 120_000 }, async () => {
  const contents = ["a", "b"].map((letter) => letter.repeat(300_000));
  const path = await place(contents[0]!);
  const program = `const contents = ["a", "b"].map((letter) => letter.repeat(300_000));
    for (let round = 0; ; round += 1) {
      const expected = readFileSync(path, "utf8");
      await replaceFile(path, { expected, content: contents[expected === contents[0] ? 1 : 0] });
      if (round === 0) console.log("first");
    }`;
  for (let round = 0; round < 25; round += 1) {
    await age(path);
    const { kill } = await start(path, program);
    await sleep(Math.random() * 30);
    await kill();
    expect(contents).toContain(await readFile(path, "utf8"));
  }
  await age(path);
  await replaceFile(path, { expected: await readFile(path, "utf8"), content: "end" });
  expect(await readdir(join(path, ".."))).toEqual(["config.json"]);
});

test(
  "of two processes that count in one file, none loses a step of the other",
  { timeout: 60_000 },
  async () => {
    const path = await place("0");
    const program = `console.log("ready");
    for (let steps = 0; steps < 40; ) {
      const expected = readFileSync(path, "utf8");
      try {
        await replaceFile(path, { expected, content: String(Number(expected) + 1), lockTimeoutMs: 30_000 });
        steps += 1;
      } catch (error) {
        if (error.code !== "COMMIT_CONFLICT") throw error;
      }
    }`;
    const children = await Promise.all([start(path, program), start(path, program)]);
    const codes = await Promise.all(children.map(({ exited }) => exited));
    expect(codes).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(await readFile(path, "utf8")).toBe("80");
  },
);
