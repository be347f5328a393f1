import {
  chmod,
  chown,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  assertAbsent,
  assertNoLeak,
  command,
  root,
  run,
  temporaryDirectory,
  testWith,
  writePrivate,
} from "@durar/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { buildBundle } from "./fixtures/build-bundle.ts";
import {
  hashOf,
  interrupt,
  stageOf,
  transaction,
  writeJournal,
  type PlantedJournal,
} from "./fixtures/interrupt.ts";
import { foresee, layOut, lookAround, type LaidOut } from "./fixtures/lay-out.ts";
import { runFaulty } from "./fixtures/run-faulty.ts";
import { abandonCommit, recoverCommit, withFileLock } from "./index.ts";

let bundle: string;
beforeAll(async () => {
  const { path, remove } = await buildBundle();
  bundle = path;
  return remove;
});

const nothing = { outcome: "nothing-to-do", changedFiles: [] };

test("a stage beside a file that no commit touches is removed, and a journal that names that file is not followed", async () => {
  const laidOut = await layOut(1);
  const path = await writePrivate(join(laidOut.directory, "secrets"), "old");
  const stage = await writePrivate(stageOf(path), "new");
  const options = { journal: laidOut.journal, files: laidOut.files, besides: [path] };
  const file = { path, before: hashOf("old"), after: hashOf("new") };
  await writeJournal(laidOut, { version: 1, transaction, files: [file] });
  await expect(recoverCommit(options)).rejects.toMatchObject({ code: "APPLY_RECOVERY_CONFLICT" });
  await rm(laidOut.journal);
  expect(await recoverCommit(options)).toEqual(nothing);
  await expect(stat(stage)).rejects.toMatchObject({ code: "ENOENT" });
  expect(await readFile(path, "utf8")).toBe("old");
});

describe("an interrupted commit", () => {
  test.each([0, 1, 2, 3, 4])("of four files, %i of them done, is finished", async (done) => {
    const laidOut = await layOut(4);
    const after = await foresee(laidOut);
    await interrupt(laidOut, done);
    const { journal, files, realPaths, directory } = laidOut;
    const options = Object.freeze({ journal, files: Object.freeze([...files]) });
    expect(await recoverCommit(options)).toEqual({ outcome: "completed", changedFiles: realPaths });
    expect(await lookAround(directory)).toEqual(after);
    expect(await recoverCommit(options)).toEqual(nothing);
  });

  test("on its way back is finished too, and a file it had made is removed", async () => {
    const laidOut = await layOut(3);
    const before = await lookAround(laidOut.directory);
    const { files } = await interrupt(laidOut, 3);
    const back = files.map(({ path, before, after }) => ({ path, before: after, after: before }));
    for (const [index, { expected }] of laidOut.changes.entries()) {
      if (expected === undefined) continue;
      const stage = await writePrivate(stageOf(laidOut.realPaths[index]!), String(expected));
      const { uid, gid } = await stat(laidOut.realPaths[index]!);
      await chown(stage, uid, gid);
    }
    await writeJournal(laidOut, { version: 1, transaction, files: back });
    expect(await recoverCommit(laidOut)).toMatchObject({ outcome: "completed" });
    expect(await lookAround(laidOut.directory)).toEqual(before);
  });

  test("leaves a mode tight that was tightened meanwhile", async () => {
    const laidOut = await layOut(1);
    await interrupt(laidOut);
    await chmod(stageOf(laidOut.realPaths[0]!), 0o640);
    await chmod(laidOut.realPaths[0]!, 0o600);
    await recoverCommit(laidOut);
    expect((await stat(laidOut.realPaths[0]!)).mode & 0o7777).toBe(0o600);
  });

  testWith(root, "leaves a file to the group it was given to meanwhile", async () => {
    const laidOut = await layOut(1);
    await interrupt(laidOut);
    await chown(laidOut.realPaths[0]!, 65534, 4243);
    await recoverCommit(laidOut);
    const { uid, gid, mode } = await stat(laidOut.realPaths[0]!);
    expect([uid, gid, mode & 0o7777]).toEqual([65534, 4243, 0o640]);
  });

  testWith(root, "is not readable by that group before the file itself is", async () => {
    const laidOut = await layOut(1);
    const [path] = laidOut.realPaths as [string];
    await interrupt(laidOut);
    // Killed just before its rename, when the stage had the mode already.
    await chmod(stageOf(path), 0o640);
    await chmod(path, 0o600);
    await chown(path, 65534, 4243);
    const { journal, files } = laidOut;
    const { steps } = await runFaulty(bundle, "recoverCommit", [{ journal, files }]);
    expect(steps.filter((step) => ["chmod", "chown"].includes(step))).toEqual(["chmod", "chown"]);
  });

  test("that is only slow is waited for, until the deadline", async () => {
    const laidOut = await layOut(1);
    await interrupt(laidOut);
    await withFileLock(laidOut.journal, {}, async () => {
      await expect(recoverCommit({ ...laidOut, lockTimeoutMs: 50 })).rejects.toMatchObject({
        ...{ code: "COMMIT_LOCKED", message: `${laidOut.journal}.lock is held by someone else` },
      });
      await expect(abandonCommit({ ...laidOut, lockTimeoutMs: 50 })).rejects.toMatchObject({
        code: "COMMIT_LOCKED",
      });
    });
    const going = withFileLock(laidOut.journal, {}, async () => {
      await sleep(200);
      await rm(laidOut.journal);
    });
    await sleep(20);
    expect(await recoverCommit(laidOut)).toEqual(nothing);
    await going;
  });

  test("is left alone by an abort", async () => {
    const laidOut = await layOut(3);
    await interrupt(laidOut, 1);
    const left = await lookAround(laidOut.directory);
    const signal = AbortSignal.abort();
    await expect(recoverCommit({ ...laidOut, signal })).rejects.toMatchObject({ code: "COMMIT_ABORTED" });
    expect(await lookAround(laidOut.directory)).toEqual(left);
  });
});

describe("without a journal", () => {
  test("stale stages of the files and of the journal are removed, nothing else, and missing files are no problem", async () => {
    const laidOut = await layOut(4);
    const { directory, journal, files } = laidOut;
    const before = await lookAround(directory);
    await writePrivate(stageOf(journal), "x");
    for (const path of laidOut.realPaths) await writePrivate(stageOf(path), "x");
    await writePrivate(stageOf(join(directory, "a", "foreign")), "x");
    const missing = [join(directory, "none", "file"), join(directory, "a", "none")];
    await symlink("nowhere", join(directory, "dangling"));
    const options = { journal, files: [...files, ...missing, join(directory, "dangling")] };
    expect(await recoverCommit(options)).toEqual(nothing);
    await rm(join(directory, "dangling"));
    await rm(stageOf(join(directory, "a", "foreign")));
    expect(await lookAround(directory)).toEqual(before);
  });

  test("a stage under a lock that is held is somebody's and stays", async () => {
    const laidOut = await layOut(1);
    const stage = await writePrivate(stageOf(laidOut.realPaths[0]!), "x");
    await withFileLock(laidOut.realPaths[0]!, {}, async () => {
      expect(await recoverCommit({ ...laidOut, lockTimeoutMs: 50 })).toEqual(nothing);
    });
    expect(await readFile(stage, "utf8")).toBe("x");
    expect(await recoverCommit(laidOut)).toEqual(nothing);
    expect(await readdir(join(stage, ".."))).toEqual(["0.json", "other"]);
  });

  test("a journal that comes to be while a stage's lock is waited for keeps its stages, and is finished", async () => {
    const laidOut = await layOut(1);
    const after = await foresee(laidOut);
    await writePrivate(stageOf(laidOut.realPaths[0]!), "x");
    const held = withFileLock(laidOut.realPaths[0]!, {}, async () => {
      await sleep(200);
      await interrupt(laidOut);
    });
    await sleep(20);
    expect(await recoverCommit(laidOut)).toMatchObject({ outcome: "completed" });
    await held;
    expect(await lookAround(laidOut.directory)).toEqual(after);
  });
});

/** Spoils what a killed commit of three files left; all must stay just so. */
interface Spoilt {
  readonly title: string;
  readonly spoil: (laidOut: LaidOut, journal: PlantedJournal) => unknown;
  /** What the error says, after the names. */
  readonly problem: string | RegExp;
}

async function expectConflict({ spoil, problem }: Omit<Spoilt, "title">, done = 0): Promise<LaidOut> {
  const laidOut = await layOut(3);
  await spoil(laidOut, await interrupt(laidOut, done));
  const left = await lookAround(laidOut.directory);
  const outcome = await assertNoLeak(laidOut.secrets, () => recoverCommit(laidOut));
  expect(outcome).toMatchObject({
    threw: true,
    error: {
      code: "APPLY_RECOVERY_CONFLICT",
      kind: "denied",
      message: expect.stringMatching(problem) as string,
    },
  });
  expect(await lookAround(laidOut.directory)).toEqual(left);
  return laidOut;
}

const first = (laidOut: LaidOut): string => laidOut.realPaths[0]!;

describe("a file that is not as the commit left it keeps its bytes, and so does everything else:", () => {
  const cases: readonly Spoilt[] = [
    {
      title: "edited",
      spoil: (laidOut) => writeFile(first(laidOut), "edited"),
      problem: "0.json was changed",
    },
    { title: "removed", spoil: (laidOut) => rm(first(laidOut)), problem: "0.json does not exist" },
    {
      title: "made, though it was new",
      spoil: (laidOut) => writeFile(laidOut.realPaths[2]!, "mine"),
      problem: "2.json was changed",
    },
    {
      title: "a directory",
      spoil: async (laidOut) => {
        await rm(first(laidOut));
        await mkdir(first(laidOut));
      },
      problem: "0.json is not a regular file",
    },
    {
      title: "a link by now",
      spoil: async (laidOut) => {
        await rename(first(laidOut), `${first(laidOut)}.moved`);
        await symlink("0.json.moved", first(laidOut));
      },
      problem: "0.json, which is none of the files",
    },
    { title: "read-only", spoil: (laidOut) => chmod(first(laidOut), 0o400), problem: "0.json is read-only" },
    {
      title: "one of two hard links",
      spoil: (laidOut) => link(first(laidOut), join(laidOut.directory, "more")),
      problem: "0.json has 2 hard links",
    },
    {
      title: "without its stage",
      spoil: (laidOut) => rm(stageOf(first(laidOut))),
      problem: `its stage`,
    },
    {
      title: "with a stage that is a link",
      spoil: async (laidOut) => {
        const stage = stageOf(first(laidOut));
        await rename(stage, join(laidOut.directory, "elsewhere"));
        await symlink(join(laidOut.directory, "elsewhere"), stage);
      },
      problem: `0.json.tmp-durar-${transaction} is not a regular file`,
    },
    {
      title: "with a stage that is one of two hard links",
      spoil: (laidOut) => link(stageOf(first(laidOut)), join(laidOut.directory, "elsewhere")),
      problem: "has 2 hard links",
    },
    {
      title: "with a stage of another content",
      spoil: (laidOut) => writeFile(stageOf(first(laidOut)), "planted"),
      problem: "has another content than the commit wrote",
    },
  ];
  test.each(cases.map((spoilt) => [spoilt.title, spoilt] as const))("%s", async (_title, spoilt) => {
    const { journal, files, directory } = await expectConflict(spoilt);
    const before = { ...(await lookAround(directory)) };
    const { abandoned } = await abandonCommit({ journal, files });
    expect(abandoned).toBe(true);
    const gone = Object.keys(before).filter((name) => name === "journal" || /tmp-durar/.test(name));
    for (const name of gone) delete before[name];
    expect(await lookAround(directory)).toEqual(before);
  });

  testWith(root, "with a stage of somebody else's", async () => {
    const spoil = (laidOut: LaidOut): Promise<void> => chown(stageOf(laidOut.realPaths[1]!), 4242, 4242);
    await expectConflict({ spoil, problem: "belongs to user 4242" });
  });

  test("reached through a link by now, which was put there while the lock was waited for", async () => {
    const laidOut = await layOut(3);
    await interrupt(laidOut);
    const place = join(laidOut.directory, "a");
    const held = withFileLock(laidOut.journal, {}, async () => {
      await sleep(200);
      await rename(place, `${place}.moved`);
      await symlink("a.moved", place);
    });
    await sleep(20);
    await expect(recoverCommit(laidOut)).rejects.toMatchObject({
      code: "APPLY_RECOVERY_CONFLICT",
      message: expect.stringContaining("0.json, which is none of the files") as string,
    });
    await held;
  });

  test("one file in conflict stops the others, and all conflicts are told at once", async () => {
    const spoil = async (laidOut: LaidOut): Promise<void> => {
      await writeFile(laidOut.realPaths[1]!, "edited");
      await writeFile(laidOut.realPaths[2]!, "edited");
    };
    const both =
      /1\.real was changed: it is neither as before the commit nor as after it; .+2\.json was changed/;
    await expectConflict({ spoil, problem: both }, 1);
  });
});

describe("a journal that is not one a commit of these files left moves nothing:", () => {
  const rewrite =
    (change: (journal: PlantedJournal, laidOut: LaidOut) => unknown): Spoilt["spoil"] =>
    (laidOut, journal) => {
      const changed = change(journal, laidOut);
      return writeJournal(laidOut, typeof changed === "string" ? changed : `${JSON.stringify(changed)}\n`);
    };
  const withFirst = (values: object): Spoilt["spoil"] =>
    rewrite(({ files: [file, ...files], ...journal }) => ({
      ...journal,
      files: [{ ...file, ...values }, ...files],
    }));
  const notOne = "is not a journal that an interrupted commit left";

  const unread: readonly (readonly [string, Spoilt["spoil"]])[] = [
    ["empty", rewrite(() => "")],
    ["not JSON", rewrite(() => "{")],
    ["another JSON", rewrite(() => "[1]\n")],
    ["with another key", rewrite((journal) => ({ ...journal, more: 1 }))],
    ["of another version", rewrite((journal) => ({ ...journal, version: 2 }))],
    [
      "with a transaction that is a path",
      rewrite((journal) => ({ ...journal, transaction: "../../../../etc/x" })),
    ],
    ["with no file", rewrite((journal) => ({ ...journal, files: [] }))],
    ["with a key twice", rewrite((journal) => `${JSON.stringify(journal).replace("{", '{"version":1,')}\n`)],
    [
      "with `__proto__`",
      rewrite((journal) => `${JSON.stringify(journal).replace("{", '{"__proto__":{},')}\n`),
    ],
    ["with white space", rewrite((journal) => JSON.stringify(journal, null, 1))],
    ["with a byte order mark", rewrite((journal) => `\ufeff${JSON.stringify(journal)}\n`)],
    ["with more behind it", rewrite((journal) => `${JSON.stringify(journal)}\n{}`)],
    ["nested deep", rewrite(() => "[".repeat(500_000))],
    ["huge", rewrite((journal) => `${JSON.stringify(journal)}\n`.padEnd(1024 * 1024 + 1))],
    [
      "with too many files",
      rewrite((journal) => ({
        ...journal,
        files: Array.from({ length: 10_001 }, (_, index) => ({
          path: `/${index}`,
          before: null,
          after: null,
        })),
      })),
    ],
    [
      "with one path twice",
      rewrite(({ files, ...journal }) => ({ ...journal, files: [...files, files[0]] })),
    ],
    ["with a file's further key", withFirst({ mode: 0o777 })],
    ["with a relative path", withFirst({ path: "0.json" })],
    ["with `..` in a path", withFirst({ path: "/tmp/../etc/passwd" })],
    ["with a NUL in a path", withFirst({ path: "/tmp/a\0b" })],
    ["with a path that is a number", withFirst({ path: 1 })],
    ["with a hash that is none", withFirst({ after: "0" })],
    ["with a file that stays as it is", withFirst({ before: null, after: null })],
  ];
  test.each(unread)("%s", async (_title, spoil) => {
    const spoilt = { spoil, problem: notOne };
    const { journal, files, directory } = await expectConflict(spoilt);
    expect(await abandonCommit({ journal, files })).toEqual({ abandoned: true, files: [] });
    const names = Object.keys(await lookAround(directory));
    expect(names.filter((name) => name === "journal" || name.includes("tmp-durar"))).toEqual([]);
  });

  const foreign: readonly (readonly [string, Spoilt["spoil"]])[] = [
    [
      "naming a file that is none of the caller's",
      async (laidOut, { files, ...journal }) => {
        const path = await writePrivate(join(laidOut.directory, "foreign"), "foreign");
        const planted = await writePrivate(stageOf(path), "planted");
        const file = { path, before: hashOf("foreign"), after: hashOf(await readFile(planted, "utf8")) };
        await writeJournal(laidOut, { ...journal, files: [...files, file] });
      },
    ],
    [
      "naming a file through a linked directory",
      async (laidOut, journal) => {
        await symlink("a", join(laidOut.directory, "way"));
        await rewrite(({ files: [file, ...files], ...rest }) => {
          return { ...rest, files: [{ ...file, path: join(laidOut.directory, "way", "0.json") }, ...files] };
        })(laidOut, journal);
      },
    ],
    [
      "naming a file by its link",
      (laidOut, journal) =>
        rewrite(({ files: [file, linked, ...files], ...rest }) => {
          return { ...rest, files: [file, { ...linked, path: laidOut.files[1] }, ...files] };
        })(laidOut, journal),
    ],
  ];
  const none = "which is none of the files that a commit may touch";
  test.each(foreign)("%s", async (_title, spoil) => {
    await expectConflict({ spoil, problem: none });
  });

  const untrusted: readonly Spoilt[] = [
    {
      title: "world-writable",
      spoil: ({ journal }) => chmod(journal, 0o666),
      problem: "may be written by everyone",
    },
    {
      title: "readable by a group",
      spoil: ({ journal }) => chmod(journal, 0o640),
      problem: "may be read by its group",
    },
    {
      title: "a link to one",
      spoil: async ({ journal }) => {
        await rename(journal, `${journal}.real`);
        await symlink("journal.real", journal);
      },
      problem: "is a symbolic link",
    },
    {
      title: "in a directory of everyone's",
      spoil: ({ directory }) => chmod(directory, 0o777),
      problem: "that everyone may write to",
    },
    {
      title: "a directory",
      spoil: async ({ journal }) => {
        await rm(journal);
        await mkdir(journal);
      },
      problem: "is a directory",
    },
  ];
  const abandoningIsRefused = async (spoilt: Omit<Spoilt, "title">): Promise<void> => {
    const laidOut = await expectConflict(spoilt);
    const left = await lookAround(laidOut.directory);
    await expect(abandonCommit(laidOut)).rejects.toMatchObject({
      ...{
        code: "APPLY_RECOVERY_CONFLICT",
        hint: expect.stringMatching(/^see who wrote it, then remove it/) as string,
      },
    });
    expect(await lookAround(laidOut.directory)).toEqual(left);
  };
  test.each(untrusted.map((spoilt) => [spoilt.title, spoilt] as const))(
    "%s, and it is not abandoned either",
    (_title, spoilt) => abandoningIsRefused(spoilt),
  );
  testWith(command("mkfifo"), "a FIFO, which is not waited for", async () => {
    const spoil = async ({ journal }: LaidOut): Promise<void> => {
      await rm(journal);
      await run("mkfifo", [journal]);
    };
    await abandoningIsRefused({ spoil, problem: "is a FIFO" });
  });
  testWith(root, "somebody else's", async () => {
    const spoil = ({ journal }: LaidOut): Promise<void> => chown(journal, 4242, 4242);
    await abandoningIsRefused({ spoil, problem: "is owned by user 4242" });
  });
});

describe("abandoning", () => {
  test("removes journal and stages, touches no file, and says how each stands", async () => {
    const laidOut = await layOut(4);
    const { directory, realPaths, journal, files } = laidOut;
    await interrupt(laidOut, 1);
    await writeFile(realPaths[1]!, "edited");
    const left = await lookAround(directory);
    expect(await abandonCommit(Object.freeze({ journal, files }))).toEqual({
      abandoned: true,
      files: [
        { path: realPaths[0], state: "after" },
        { path: realPaths[1], state: "other" },
        { path: realPaths[2], state: "before" },
        { path: realPaths[3], state: "before" },
      ],
    });
    const kept = Object.entries(left).filter(([name]) => name !== "journal" && !name.includes("tmp-durar"));
    expect(await lookAround(directory)).toEqual(Object.fromEntries(kept));
  });

  test("looks at no file that is none of the caller's, and removes no stage of one", async () => {
    const laidOut = await layOut(2);
    const { journal, files, realPaths } = laidOut;
    await interrupt(laidOut);
    expect(await abandonCommit({ journal, files: files.slice(1) })).toEqual({
      abandoned: true,
      files: [
        { path: realPaths[0], state: "other" },
        { path: realPaths[1], state: "before" },
      ],
    });
    assertAbsent(laidOut.secrets[2]!, await readFile(stageOf(realPaths[0]!), "utf8"));
    expect(await readdir(join(stageOf(realPaths[1]!), ".."))).not.toContain(stageOf(realPaths[1]!));
  });

  test("of nothing does nothing", async () => {
    const directory = await temporaryDirectory();
    const options = { journal: join(directory, "journal"), files: [join(directory, "a")] };
    expect(await abandonCommit(options)).toEqual({ abandoned: false, files: [] });
    expect(await readdir(directory)).toEqual([]);
  });
});
