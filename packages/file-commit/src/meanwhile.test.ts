import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory, testWith, writePrivate } from "@durar/testing";
import { afterEach, describe, expect, test } from "vitest";
import { replaceFile } from "./index.ts";

const umask = process.umask();
afterEach(() => void process.umask(umask));

/** So long that what happens while it is written happens before it is in place. */
const long = Buffer.alloc(32 * 1024 * 1024, "n");

async function fileWith(content: string, mode?: number): Promise<string> {
  return writePrivate(join(await temporaryDirectory(), "config.json"), content, mode);
}

/** Looks into the file's directory again and again until the work is done; `see` is told of the stage. */
async function watching<Result>(
  path: string,
  work: Promise<Result>,
  see: (stage: string) => void,
): Promise<Result> {
  const directory = join(path, "..");
  let done = false;
  const ended = work.finally(() => (done = true)).catch(() => undefined);
  while (!done) {
    const stage = readdirSync(directory).find((name) => name.includes(".tmp-durar-"));
    if (stage !== undefined) see(join(directory, stage));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  return work;
}

/** Replaces a file by the long content; `act` is called once, when its stage is there. */
async function replaceAnd(path: string, act: (stage: string) => void): Promise<unknown> {
  let acted = false;
  const result: unknown = await watching(
    path,
    replaceFile(path, { expected: "old", content: long }),
    (stage) => {
      if (!acted) act(stage);
      acted = true;
    },
  ).catch((error: unknown) => error);
  expect(acted).toBe(true);
  return result;
}

describe("what happens while the new content is written", () => {
  test("to the content, without the lock, is not overwritten", async () => {
    const path = await fileWith("old");
    const error = await replaceAnd(path, () => writeFileSync(path, "OLD"));
    expect(error).toMatchObject({ code: "COMMIT_CONFLICT" });
    expect(await readFile(path, "utf8")).toBe("OLD");
    expect(await readdir(join(path, ".."))).toEqual(["config.json"]);
  });

  test("to the mode is not undone", async () => {
    const path = await fileWith("old", 0o644);
    expect(await replaceAnd(path, () => chmodSync(path, 0o600))).toMatchObject({ code: "COMMIT_CONFLICT" });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("to the file, when it is removed, is not undone", async () => {
    const path = await fileWith("old");
    expect(await replaceAnd(path, () => unlinkSync(path))).toMatchObject({ code: "COMMIT_CONFLICT" });
    expect(await readdir(join(path, ".."))).toEqual([]);
  });

  test("to the lock, taken over by another, stops the replacement, and the other keeps it", async () => {
    const path = await fileWith("old");
    const error = await replaceAnd(path, () => {
      rmdirSync(`${path}.lock`);
      mkdirSync(`${path}.lock`);
    });
    expect(error).toMatchObject({ code: "COMMIT_LOCK_LOST", kind: "unavailable" });
    expect(await readFile(path, "utf8")).toBe("old");
    expect((await readdir(join(path, ".."))).sort()).toEqual(["config.json", "config.json.lock"]);
  });

  test("to the stage, swept away by another, stops the replacement", async () => {
    const path = await fileWith("old");
    expect(await replaceAnd(path, unlinkSync)).toMatchObject({ code: "COMMIT_LOCK_LOST" });
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(join(path, ".."))).toEqual(["config.json"]);
  });

  test("to the signal stops the replacement", async () => {
    const path = await fileWith("old");
    const controller = new AbortController();
    const work = replaceFile(path, { expected: "old", content: long, signal: controller.signal });
    const seen = watching(path, work, () => controller.abort());
    await expect(seen).rejects.toMatchObject({ code: "COMMIT_ABORTED" });
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(join(path, ".."))).toEqual(["config.json"]);
  });

  const descriptors = { met: existsSync("/proc/self/fd"), reason: "needs /proc" };
  testWith(descriptors, "to the signal, during the last comparison, stops the replacement", async () => {
    const path = await fileWith(long.toString());
    const controller = new AbortController();
    const options = { expected: long, content: "new", signal: controller.signal };
    const seen = watching(path, replaceFile(path, options), () => {
      if (openFiles().includes(path)) controller.abort();
    });
    await expect(seen).rejects.toMatchObject({ code: "COMMIT_ABORTED" });
    expect((await stat(path)).size).toBe(long.length);
  });
});

/** The files that this process has open. */
function openFiles(): readonly string[] {
  return readdirSync("/proc/self/fd").map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return "";
    }
  });
}

describe.each(["000", "022", "777"])("under umask %s", (octal) => {
  const mask = Number.parseInt(octal, 8);

  test("nobody else may read a private file's stage, or enter its lock, at any moment", async () => {
    const path = await fileWith("old");
    process.umask(mask);
    const modes = new Set<number>();
    await watching(path, replaceFile(path, { expected: "old", content: long }), (stage) => {
      for (const seen of [stage, `${path}.lock`])
        modes.add((statSync(seen, { throwIfNoEntry: false })?.mode ?? 0) & 0o077);
    });
    expect([...modes]).toEqual([0]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("a mode is neither widened nor narrowed", async () => {
    const path = await fileWith("old", 0o664);
    process.umask(mask);
    await replaceFile(path, { expected: "old", content: "new" });
    const made = join(path, "..", "new");
    await replaceFile(made, { expected: undefined, content: "new" });
    expect([(await stat(path)).mode & 0o777, (await stat(made)).mode & 0o777]).toEqual([0o664, 0o600]);
  });
});

test("of two writers that read the same, one wins and the other is told", async () => {
  const path = await fileWith("0");
  for (let round = 1; round <= 50; round += 1) {
    const expected = await readFile(path, "utf8");
    const contents = [`${round} first`, `${round} second`];
    const results = await Promise.allSettled(
      contents.map((content) => replaceFile(path, { expected, content })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const winner = results.findIndex(({ status }) => status === "fulfilled");
    expect(results[1 - winner]).toMatchObject({ reason: { code: "COMMIT_CONFLICT" } });
    expect(await readFile(path, "utf8")).toBe(contents[winner]);
  }
});
