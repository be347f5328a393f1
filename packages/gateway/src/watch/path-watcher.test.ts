import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root, temporaryDirectory, testWith } from "@durar/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { inotify, inotifyWatches } from "../fixtures/inotify.ts";
import { PathWatcher, type PathWatcherOptions } from "./path-watcher.ts";

/** Long enough for everything to be noticed, and nothing waits for it in vain. */
const patience = { timeout: 10_000, interval: 5 };

interface Watched {
  readonly watcher: PathWatcher;
  readonly told: (readonly string[])[];
  readonly blind: string[];
  /** Waits until a path is told of, and forgets all that was told. */
  readonly next: (path: string) => Promise<void>;
}

/** Does not poll, unless told otherwise. */
function watcherOf(options: Partial<PathWatcherOptions> = {}): Watched {
  const told: (readonly string[])[] = [];
  const blind: string[] = [];
  const watcher = new PathWatcher({
    onChange: (paths) => told.push(paths),
    onBlind: (directory, code) => blind.push(`${directory} ${code}`),
    debounceMs: 20,
    pollMs: 600_000,
    ...options,
  });
  onTestFinished(() => watcher.close());
  const next = async (path: string): Promise<void> => {
    await expect.poll(() => told.flat(), patience).toContain(path);
    // Whatever belongs to the same change is told by now.
    await sleep(100);
    told.length = 0;
  };
  return { watcher, told, blind, next };
}

async function place(): Promise<string> {
  return realpath(await temporaryDirectory());
}

describe("a change is noticed without polling", () => {
  test("when a file is written in place, again and again", async () => {
    const path = join(await place(), "file");
    writeFileSync(path, "1");
    const { watcher, next } = watcherOf();
    await watcher.watch([path]);
    for (const content of ["2", "3", "4"]) {
      writeFileSync(path, content);
      await next(path);
    }
    appendFileSync(path, "5");
    await next(path);
  });

  test("when another file is renamed over it, as editors do, twice", async () => {
    const path = join(await place(), "file");
    writeFileSync(path, "1");
    const { watcher, next } = watcherOf();
    await watcher.watch([path]);
    for (const content of ["2", "3"]) {
      writeFileSync(`${path}.tmp`, content);
      renameSync(`${path}.tmp`, path);
      await next(path);
    }
  });

  test("when a file is deleted, and when it is there again", async () => {
    const path = join(await place(), "file");
    writeFileSync(path, "1");
    const { watcher, next } = watcherOf();
    await watcher.watch([path]);
    unlinkSync(path);
    await next(path);
    writeFileSync(path, "1");
    await next(path);
  });

  test("when Kubernetes swaps `..data`, the second time too", async () => {
    const at = await place();
    const publish = (version: number): void => {
      mkdirSync(join(at, `..v${version}`));
      writeFileSync(join(at, `..v${version}/token`), "same size");
      symlinkSync(`..v${version}`, join(at, "..data_tmp"));
      renameSync(join(at, "..data_tmp"), join(at, "..data"));
      rmSync(join(at, `..v${version - 1}`), { recursive: true, force: true });
    };
    publish(1);
    symlinkSync("..data/token", join(at, "token"));
    const { watcher, next } = watcherOf();
    await watcher.watch([join(at, "token")]);
    for (const version of [2, 3, 4]) {
      publish(version);
      await next(join(at, "token"));
    }
  });

  test("behind a link, and when the link is changed, behind the new one", async () => {
    const at = await place();
    for (const name of ["a", "b", "links"]) mkdirSync(join(at, name));
    for (const name of ["a", "b"]) writeFileSync(join(at, name, "file"), name);
    const path = join(at, "links/config");
    symlinkSync("../a/file", path);
    const { watcher, next } = watcherOf();
    await watcher.watch([path]);
    writeFileSync(join(at, "a/file"), "changed");
    await next(path);
    symlinkSync("../b/file", `${path}.tmp`);
    renameSync(`${path}.tmp`, path);
    await next(path);
    writeFileSync(join(at, "b/file"), "changed");
    await next(path);
  });

  test("when a file appears below directories that did not exist, one after the other", async () => {
    const at = await place();
    const path = join(at, "a/b/c/file");
    const { watcher, told, next } = watcherOf();
    await watcher.watch([path]);
    for (const name of ["a", "a/b", "a/b/c"]) {
      mkdirSync(join(at, name));
      await sleep(100);
    }
    expect(told).toEqual([]);
    writeFileSync(path, "1");
    await next(path);
    writeFileSync(path, "2");
    await next(path);
  });

  test("when something appears in a directory that is watched itself", async () => {
    const at = await place();
    mkdirSync(join(at, "agents"));
    const { watcher, next } = watcherOf();
    await watcher.watch([join(at, "agents")]);
    mkdirSync(join(at, "agents/one"));
    await next(join(at, "agents"));
    mkdirSync(join(at, "agents/two"));
    await next(join(at, "agents"));
  });

  test("when the directory is replaced by another one, and afterwards in that one", async () => {
    const at = await place();
    const path = join(at, "directory/file");
    mkdirSync(join(at, "directory"));
    writeFileSync(path, "1");
    const { watcher, next } = watcherOf();
    await watcher.watch([path]);
    mkdirSync(join(at, "new"));
    writeFileSync(join(at, "new/file"), "2");
    renameSync(join(at, "directory"), join(at, "old"));
    renameSync(join(at, "new"), join(at, "directory"));
    await next(path);
    writeFileSync(path, "3");
    await next(path);
  });

  test("when the directory is deleted and made again, with the same inode perhaps, and afterwards in that one", async () => {
    const at = await place();
    const path = join(at, "directory/file");
    const make = (content: string): void => {
      mkdirSync(join(at, "directory"));
      writeFileSync(path, content);
    };
    make("1");
    const { watcher, next } = watcherOf();
    await watcher.watch([path]);
    for (const content of ["2", "3", "4"]) {
      rmSync(join(at, "directory"), { recursive: true });
      make(content);
      await next(path);
      writeFileSync(path, `${content} again`);
      await next(path);
    }
  });

  test("in a directory that came with another one above it, once that is looked at", async () => {
    const at = await place();
    const make = (): void => {
      mkdirSync(join(at, "a/b"), { recursive: true });
      writeFileSync(join(at, "a/b/file"), "");
    };
    make();
    writeFileSync(join(at, "other"), "");
    const path = join(at, "a/b/file");
    const { watcher, next } = watcherOf();
    await watcher.watch([path, join(at, "other")]);
    renameSync(join(at, "a"), join(at, "old"));
    make();
    writeFileSync(join(at, "other"), "changed");
    await next(path);
    writeFileSync(path, "changed");
    await next(path);
  });

  test("although something else in the directory never keeps quiet", async () => {
    const at = await place();
    const path = join(at, "file");
    writeFileSync(path, "1");
    const { watcher, next } = watcherOf({ debounceMs: 100 });
    await watcher.watch([path]);
    const noise = setInterval(() => writeFileSync(join(at, "noise"), String(Math.random())), 5);
    onTestFinished(() => clearInterval(noise));
    for (const content of ["2", "3"]) {
      writeFileSync(path, content);
      await next(path);
    }
  });
});

test("many changes shortly after one another are told as one", async () => {
  const at = await place();
  const paths = ["a", "b", "c"].map((name) => join(at, name));
  for (const path of paths) writeFileSync(path, "");
  const { watcher, told } = watcherOf({ debounceMs: 500 });
  await watcher.watch(paths);
  for (let round = 0; round < 5; round++) for (const path of paths) writeFileSync(path, String(round));
  await expect.poll(() => told.length, patience).toBeGreaterThan(0);
  expect(told.map((changed) => [...changed].sort())).toEqual([paths]);
});

test("what is written beside the watched files is not told", async () => {
  const at = await place();
  const path = join(at, "file");
  writeFileSync(path, "");
  const { watcher, told, next } = watcherOf();
  await watcher.watch([path]);
  mkdirSync(`${path}.lock`);
  writeFileSync(join(at, "other"), "");
  await sleep(150);
  expect(told).toEqual([]);
  writeFileSync(path, "changed");
  await next(path);
});

test("a path that is watched no longer is not told, and one that is new counts as it is", async () => {
  const at = await place();
  const [one, two] = [join(at, "one"), join(at, "two")];
  for (const path of [one, two]) writeFileSync(path, "");
  const { watcher, told, next } = watcherOf();
  await watcher.watch([one]);
  await watcher.watch([two]);
  await watcher.watch(new Set([two]));
  writeFileSync(one, "changed");
  await sleep(150);
  expect(told).toEqual([]);
  writeFileSync(two, "changed");
  await next(two);
});

testWith(inotify, "a change made before the directory of a new path is watched is not lost", async () => {
  const at = await place();
  const names = Array.from({ length: 200 }, (_, index) => join(at, `d${index}`));
  for (const name of names) mkdirSync(name);
  const [first = "", ...others] = names.map((name) => join(name, "file"));
  writeFileSync(first, "");
  const { watcher, next } = watcherOf();
  const before = inotifyWatches();
  const begun = watcher.watch([first, ...others]);
  // The first path is looked at long before the first directory is watched.
  while (inotifyWatches() === before) {
    appendFileSync(first, "changed");
    await new Promise((resolve) => setImmediate(resolve));
  }
  await begun;
  await next(first);
});

test("the poll notices what nothing hints at, again and again", async () => {
  const path = join(await place(), "file");
  const { watcher, next } = watcherOf({ debounceMs: 600_000, pollMs: 10 });
  await watcher.watch([path]);
  for (const content of ["1", "2"]) {
    writeFileSync(path, content);
    await next(path);
  }
});

testWith(root, "a directory that cannot be watched is told of once, and the poll looks into it", async () => {
  const at = await place();
  const path = join(at, "closed/file");
  mkdirSync(join(at, "closed"), { mode: 0o711 });
  writeFileSync(path, "1");
  // What may only be entered cannot be watched.
  process.seteuid?.(65_534);
  onTestFinished(() => process.seteuid?.(0));
  const { watcher, blind, next } = watcherOf({ pollMs: 10 });
  await watcher.watch([path]);
  for (const content of ["2", "3"]) {
    process.seteuid?.(0);
    writeFileSync(path, content);
    process.seteuid?.(65_534);
    await next(path);
  }
  expect(blind).toEqual([`${join(at, "closed")} EACCES`]);
});

testWith(inotify, "closing leaves nothing watched and tells nothing any more", async () => {
  const at = await place();
  const paths = ["a", "b", "c"].map((name) => join(at, name, "file"));
  for (const name of ["a", "b", "c"]) mkdirSync(join(at, name));
  const before = inotifyWatches();
  const { watcher, told } = watcherOf({ pollMs: 5 });
  await watcher.watch(paths);
  expect(inotifyWatches()).toBe(before + 3);
  await watcher.watch(paths.slice(1));
  expect(inotifyWatches()).toBe(before + 2);
  watcher.close();
  watcher.close();
  expect(inotifyWatches()).toBe(before);
  for (const path of paths) writeFileSync(path, "");
  await sleep(100);
  expect(told).toEqual([]);
  await watcher.watch(paths);
  expect(inotifyWatches()).toBe(before);
});

testWith(inotify, "closing while paths are taken in, or looked at, leaves nothing watched", async () => {
  const at = await place();
  for (let round = 0; round < 10; round++) mkdirSync(join(at, `d${round}`));
  const paths = Array.from({ length: 10 }, (_, index) => join(at, `d${index}/file`));
  const before = inotifyWatches();
  const { watcher, told } = watcherOf({ pollMs: 1 });
  const begun = watcher.watch(paths);
  await new Promise((resolve) => setImmediate(resolve));
  watcher.close();
  await begun;
  await sleep(50);
  expect(inotifyWatches()).toBe(before);
  expect(told).toEqual([]);
});
