import { chmod, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { command, run, temporaryDirectory, testWith, writePrivate } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { openTrusted } from "./index.ts";
import { openOn } from "./open-trusted.ts";
import { machine, type System } from "./system.ts";
import type { OpenedVerdict, TrustOptions } from "./types.ts";

const secretFile: TrustOptions = Object.freeze({ purpose: "secret-file" });

async function contentOf(verdict: OpenedVerdict): Promise<string> {
  if (!verdict.trusted) return verdict.rule;
  try {
    return await verdict.file.readFile("utf8");
  } finally {
    await verdict.file.close();
  }
}

/** The machine, with something done each time after the path was judged and before it is opened. */
function meddled(
  meddle: (times: number, path: string) => Promise<void>,
): System & { readonly times: number } {
  let times = 0;
  return {
    ...machine,
    get times() {
      return times;
    },
    open: async (path: string) => {
      await meddle((times += 1), path);
      return machine.open(path);
    },
  };
}

async function openFiles(): Promise<number> {
  return (await readdir("/proc/self/fd")).length;
}

const procfs = { met: process.platform === "linux", reason: "needs /proc" };

test("a trusted file is opened for reading", async () => {
  const path = await writePrivate(join(await temporaryDirectory(), "token"), "content");
  const opened = await openTrusted(path, secretFile);
  expect(opened).toMatchObject({ trusted: true, realPath: path });
  expect(await contentOf(opened)).toBe("content");
});

test("an untrusted file is refused and not opened", async () => {
  const path = await writePrivate(join(await temporaryDirectory(), "token"), "content", 0o644);
  const system = meddled(async () => undefined);
  expect(await openOn(system, path, { purpose: "private-file" })).toMatchObject({
    rule: "readable-by-others",
  });
  expect(system.times).toBe(0);
});

describe("between judging and opening", () => {
  test("a file that is replaced once is judged again, and the new one is opened", async () => {
    const directory = await temporaryDirectory();
    const path = await writePrivate(join(directory, "token"), "old");
    const system = meddled(async (times) => {
      if (times > 1) return;
      await writePrivate(join(directory, "new"), "new");
      await rename(join(directory, "new"), path);
    });
    expect(await contentOf(await openOn(system, path, secretFile))).toBe("new");
    expect(system.times).toBe(2);
  });

  testWith(procfs, "a file that is replaced each time is refused after three walks, all closed", async () => {
    const directory = await temporaryDirectory();
    const path = await writePrivate(join(directory, "token"), "old");
    const system = meddled(async () => {
      await writePrivate(join(directory, "new"), "new");
      await rename(join(directory, "new"), path);
    });
    const before = await openFiles();
    expect(await openOn(system, path, secretFile)).toMatchObject({ rule: "changed", component: path });
    expect(system.times).toBe(3);
    expect(await openFiles()).toBe(before);
  });

  test("a mode that is widened is noticed", async () => {
    const path = await writePrivate(join(await temporaryDirectory(), "token"), "x");
    const system = meddled(() => chmod(path, 0o644));
    expect(await openOn(system, path, { purpose: "private-file" })).toMatchObject({
      rule: "readable-by-others",
    });
  });

  test("a link that takes the file's place is not followed, even to the same file", async () => {
    const directory = await temporaryDirectory();
    const path = await writePrivate(join(directory, "token"), "x");
    const system = meddled(async () => {
      await rename(path, join(directory, "other"));
      await symlink("other", path);
    });
    expect(await openOn(system, path, secretFile)).toMatchObject({ rule: "symlink" });
  });

  testWith(command("mkfifo"), "a FIFO that takes the file's place does not hang the reader", async () => {
    const path = await writePrivate(join(await temporaryDirectory(), "token"), "x");
    const system = meddled(async () => {
      await rm(path);
      await run("mkfifo", ["-m", "600", path]);
    });
    expect(await openOn(system, path, secretFile)).toMatchObject({ rule: "not-regular" });
  });

  test("a directory that takes the file's place is refused", async () => {
    const path = await writePrivate(join(await temporaryDirectory(), "token"), "x");
    const system = meddled(async () => {
      await rm(path);
      await mkdir(path);
    });
    expect(await openOn(system, path, secretFile)).toMatchObject({ rule: "not-regular" });
  });

  test("a file that disappears is missing", async () => {
    const path = await writePrivate(join(await temporaryDirectory(), "token"), "x");
    const system = meddled(() => rm(path));
    expect(await openOn(system, path, secretFile)).toMatchObject({ rule: "missing" });
  });

  test("an abort ends it before the file is opened", async () => {
    const path = await writePrivate(join(await temporaryDirectory(), "token"), "x");
    const controller = new AbortController();
    const reason = new Error("enough");
    const system = {
      ...machine,
      lstat: async (name: string) => {
        const stats = await machine.lstat(name);
        if (name === path) controller.abort(reason);
        return stats;
      },
      open: () => Promise.reject(new Error("opened")),
    };
    await expect(openOn(system, path, { ...secretFile, signal: controller.signal })).rejects.toBe(reason);
  });
});

test("a mount rotated all the time yields whole files or the refusal that it changes", async () => {
  const directory = await temporaryDirectory();
  const publish = async (version: number): Promise<void> => {
    await writePrivate(join(directory, `..${version}`, "token"), `version ${version}`);
    await symlink(`..${version}`, join(directory, "..tmp"));
    await rename(join(directory, "..tmp"), join(directory, "..data"));
    await rm(join(directory, `..${version - 1}`), { recursive: true, force: true });
  };
  await publish(0);
  await symlink(join("..data", "token"), join(directory, "token"));
  let published = 0;
  let stopped = false;
  const rotation = (async () => {
    while (!stopped) await publish((published += 1));
  })();
  const seen = new Set<string>();
  for (let reads = 0; reads < 200; reads += 1) {
    const opened = await openTrusted(join(directory, "token"), { ...secretFile, allowSymlink: true });
    seen.add((await contentOf(opened)).replace(/\d+/, "N"));
  }
  stopped = true;
  await rotation;
  expect(published).toBeGreaterThan(1);
  seen.delete("changed");
  expect([...seen]).toEqual(["version N"]);
  expect(await readFile(join(directory, "token"), "utf8")).toBe(`version ${published}`);
});
