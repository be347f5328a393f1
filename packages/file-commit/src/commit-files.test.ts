import { chmod, link, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { assertNoLeak, canary, temporaryDirectory, writePrivate } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { foresee, layOut, lookAround } from "./fixtures/lay-out.ts";
import { commitFiles, withFileLock } from "./index.ts";

/** Files with the content `old`, each in a directory of its own, and a journal beside these. */
async function place(
  ...names: readonly string[]
): Promise<{ readonly directory: string; readonly journal: string; readonly paths: readonly string[] }> {
  const directory = await temporaryDirectory();
  const paths: string[] = [];
  for (const name of names) paths.push(await writePrivate(join(directory, name, "file"), "old"));
  return { directory, journal: join(directory, "journal"), paths };
}

const toNew = (path: string): { path: string; content: string; expected: string } =>
  Object.freeze({ path, content: "new", expected: "old" });

const codeOf = (error: unknown): string => (error as { code: string }).code;

describe("a commit", () => {
  test("replaces and creates files, each with its mode, owner and links, and leaves nothing else", async () => {
    const laidOut = await layOut(12);
    const { directory, changes, journal, realPaths } = laidOut;
    const after = await foresee(laidOut);
    const committed = await commitFiles(Object.freeze(changes), Object.freeze({ journal }));
    expect(committed).toEqual({ changedFiles: realPaths });
    expect(await lookAround(directory)).toEqual(after);
  });

  test("leaves files alone that have the content, and names the changed ones in the order given", async () => {
    const { journal, paths } = await place("c", "a", "b");
    const before = await stat(paths[1]!, { bigint: true });
    const same = { path: paths[1]!, content: Buffer.from("old"), expected: "old" };
    const { changedFiles } = await commitFiles([toNew(paths[0]!), same, toNew(paths[2]!)], { journal });
    expect(changedFiles).toEqual([paths[0], paths[2]]);
    expect((await stat(paths[1]!, { bigint: true })).ctimeNs).toBe(before.ctimeNs);
  });

  test("of nothing succeeds", async () => {
    const { journal, directory, paths } = await place("a");
    const same = { path: paths[0]!, content: "old", expected: "old" };
    for (const changes of [[], [same]])
      expect(await commitFiles(changes, { journal })).toEqual({ changedFiles: [] });
    expect(await readdir(directory)).toEqual(["a"]);
  });

  test("keeps the bytes that were handed in, whatever becomes of their arrays", async () => {
    const { journal, paths } = await place("a");
    const [content, expected] = [Buffer.from("new"), Buffer.from("old")];
    const committed = commitFiles([{ path: paths[0]!, content, expected }], { journal });
    content.fill(0);
    expected.fill(0);
    await committed;
    expect(await readFile(paths[0]!, "utf8")).toBe("new");
  });

  test("removes the stages that killed processes left beside the files and the journal", async () => {
    const { journal, directory, paths } = await place("a");
    for (const stage of ["a/.file.tmp-durar-0123456789abcdef", ".journal.tmp-durar-0123456789abcdef"])
      await writeFile(join(directory, stage), "x");
    await commitFiles([toNew(paths[0]!)], { journal });
    expect(await readdir(directory, { recursive: true })).toEqual(["a", "a/file"]);
  });
});

describe("before anything is made beside any file", () => {
  test("all that cannot be replaced faithfully is refused in one error", async () => {
    const { directory, journal, paths } = await place("fine", "linked", "fixed", "directory");
    const [fine, linked, fixed] = paths as [string, string, string];
    await link(linked, `${linked}-too`);
    await chmod(fixed, 0o400);
    const before = await lookAround(directory);
    const changes = [fine, linked, fixed, join(directory, "directory"), join(directory, "none", "file")].map(
      toNew,
    );
    const refused = commitFiles(changes, { journal });
    await expect(refused).rejects.toMatchObject({
      ...{ code: "COMMIT_REFUSED", kind: "denied" },
      message: [
        `${linked} has 2 hard links, and only one of them would get the new content`,
        `${fixed} is read-only`,
        `${join(directory, "directory")} is a directory, not a regular file`,
        `the directory of ${join(directory, "none", "file")} cannot be entered (ENOENT)`,
      ].join("; "),
      hint: [
        "replace it by a copy of its own, or use symbolic links",
        "make it writable if it may be changed (chmod u+w)",
        "name a regular file",
        "create the directory, or correct the path",
      ].join("; "),
    });
    expect(await lookAround(directory)).toEqual(before);
  });

  test("two changes of one file are refused, however it is named", async () => {
    const { directory, journal, paths } = await place("a");
    await symlink(paths[0]!, join(directory, "link"));
    for (const twin of [paths[0]!, join(directory, "a", "..", "a", "file"), join(directory, "link")])
      await expect(commitFiles([toNew(paths[0]!), toNew(twin)], { journal })).rejects.toMatchObject({
        ...{ code: "COMMIT_REFUSED", message: `there are two changes of ${paths[0]}` },
        hint: "make one change of the two",
      });
    const fresh = { path: join(directory, "fresh"), content: "", expected: undefined };
    await expect(commitFiles([fresh, fresh], { journal })).rejects.toMatchObject({ code: "COMMIT_REFUSED" });
    expect((await readdir(directory)).sort()).toEqual(["a", "link"]);
  });

  test("a journal that nobody could trust is refused, or that is one of the files", async () => {
    const { directory, paths } = await place("a");
    await mkdir(join(directory, "shared"));
    await chmod(join(directory, "shared"), 0o777);
    for (const [journal, problem] of [
      ["journal", "its path is not absolute"],
      [join(directory, "none", "journal"), "does not exist"],
      [join(directory, "shared", "journal"), "that everyone may write to (mode 0777)"],
    ] as const)
      await expect(commitFiles([toNew(paths[0]!)], { journal })).rejects.toMatchObject({
        code: "COMMIT_REFUSED",
        message: expect.stringContaining(problem) as string,
      });
    await expect(commitFiles([toNew(paths[0]!)], { journal: paths[0]! })).rejects.toMatchObject({
      ...{ code: "COMMIT_REFUSED", message: `${paths[0]} is the journal itself` },
    });
    expect(await readFile(paths[0]!, "utf8")).toBe("old");
  });

  test("more than a journal can hold is refused", async () => {
    const { directory, journal } = await place();
    const deep = join(directory, ...Array.from({ length: 14 }, () => "d".repeat(250)));
    await mkdir(deep, { recursive: true });
    const changes = Array.from({ length: 320 }, (_, index) => ({
      ...{ path: join(deep, `${index}`), content: "new", expected: undefined },
    }));
    await expect(commitFiles(changes, { journal })).rejects.toMatchObject({
      ...{ code: "COMMIT_REFUSED", message: "the journal of the commit would hold more than 1048576 bytes" },
    });
    expect(await readdir(deep)).toEqual([]);
  });
});

test.each(["file", "directory", "dangling link"])(
  "an earlier commit's journal must be dealt with first, even where it is a %s",
  async (kind) => {
    const { directory, journal, paths } = await place("a");
    if (kind === "file") await writePrivate(journal, "anything");
    else if (kind === "dangling link") await symlink("nowhere", journal);
    else await mkdir(journal);
    const before = await lookAround(directory);
    await expect(commitFiles([toNew(paths[0]!)], { journal })).rejects.toMatchObject({
      ...{ code: "COMMIT_INTERRUPTED", kind: "denied" },
      message: `the journal ${journal} of an interrupted commit exists`,
      hint: "finish it first (recoverCommit), or give it up (abandonCommit)",
    });
    expect(await lookAround(directory)).toEqual(before);
  },
);

test("files that are not what was read are all told, and no file is changed", async () => {
  const { directory, journal, paths } = await place("a", "b", "c");
  await writeFile(paths[1]!, "OLD");
  const fresh = { path: paths[2]!, content: "new", expected: undefined };
  const before = await lookAround(directory);
  await expect(commitFiles([toNew(paths[0]!), toNew(paths[1]!), fresh], { journal })).rejects.toMatchObject({
    code: "COMMIT_CONFLICT",
    message: `${paths[1]} is not what was read; ${paths[2]} exists already`,
    hint: "read the file again and repeat the change",
  });
  expect(await lookAround(directory)).toEqual(before);
});

describe("locks", () => {
  test("of a writer are waited for, all until one deadline", async () => {
    const { journal, paths } = await place("a", "b");
    const changes = paths.map(toNew);
    await withFileLock(paths[1]!, {}, async () => {
      await expect(commitFiles(changes, { journal, lockTimeoutMs: 50 })).rejects.toMatchObject({
        ...{ code: "COMMIT_LOCKED", message: `${paths[1]}.lock is held by someone else` },
      });
      expect(await readFile(paths[0]!, "utf8")).toBe("old");
    });
    const held = withFileLock(paths[1]!, {}, () => sleep(200));
    await sleep(20);
    expect(await commitFiles(changes, { journal })).toEqual({ changedFiles: paths });
    await held;
  });

  test("of one journal keep commits of different files apart", async () => {
    const { journal, paths } = await place("a");
    await withFileLock(journal, {}, async () => {
      await expect(commitFiles([toNew(paths[0]!)], { journal, lockTimeoutMs: 0 })).rejects.toMatchObject({
        ...{ code: "COMMIT_LOCKED", message: `${journal}.lock is held by someone else` },
      });
    });
  });

  test("are taken in one order, so commits of the same files in opposite order, under two journals, both end", async () => {
    const { directory, paths } = await place("a", "b", "c", "d");
    for (let round = 0; round < 10; round += 1) {
      const expected = await readFile(paths[0]!, "utf8");
      const commits = ["x", "y"].map((name) => {
        const changes = paths.map((path) => ({ path, content: `${name}${round}`, expected }));
        if (name === "y") changes.reverse();
        return commitFiles(changes, { journal: join(directory, name), lockTimeoutMs: 20_000 });
      });
      const results = await Promise.allSettled(commits);
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(results.find(({ status }) => status === "rejected")).toMatchObject({
        reason: { code: "COMMIT_CONFLICT" },
      });
      const contents = await Promise.all(paths.map((path) => readFile(path, "utf8")));
      expect(new Set(contents).size).toBe(1);
    }
  });
});

describe("an abort", () => {
  test("that came before leaves everything as it is", async () => {
    const { directory, journal, paths } = await place("a", "b");
    const before = await lookAround(directory);
    const signal = AbortSignal.abort(new Error(canary()));
    await expect(commitFiles(paths.map(toNew), { journal, signal })).rejects.toMatchObject({
      ...{ code: "COMMIT_ABORTED", cause: undefined },
    });
    expect(await lookAround(directory)).toEqual(before);
  });

  test("at any moment leaves all old files or all new ones, and says which", async () => {
    const { directory, journal, paths } = await place(..."abcdefghijkl");
    const codes = new Set<string | undefined>();
    let expected = "old";
    for (let round = 0; round < 40; round += 1) {
      const controller = new AbortController();
      const content = `${round}`;
      const changes = paths.map((path) => ({ path, content, expected }));
      const committed = commitFiles(changes, { journal, signal: controller.signal });
      setTimeout(() => controller.abort(), round);
      const code = await committed.then(() => undefined, codeOf);
      codes.add(code);
      if (code === undefined) expected = content;
      const contents = await Promise.all(paths.map((path) => readFile(path, "utf8")));
      expect([...new Set(contents)]).toEqual([expected]);
      expect(await readdir(directory)).toEqual([..."abcdefghijkl"]);
    }
    expect([undefined, "COMMIT_ABORTED"]).toEqual(expect.arrayContaining([...codes]));
  });
});

test("no error shows content", async () => {
  const { journal, paths } = await place("a", "b");
  const [content, expected] = [canary(), canary()];
  const changes = paths.map((path) => ({ path, content, expected }));
  expect(await assertNoLeak([content, expected], () => commitFiles(changes, { journal }))).toMatchObject({
    ...{ threw: true, error: { code: "COMMIT_CONFLICT" } },
  });
  for (const path of paths) await writePrivate(path, expected);
  await chmod(paths[0]!, 0o400);
  expect(await assertNoLeak([content, expected], () => commitFiles(changes, { journal }))).toMatchObject({
    ...{ threw: true, error: { code: "COMMIT_REFUSED" } },
  });
  await chmod(paths[0]!, 0o600);
  expect(await assertNoLeak([content, expected], () => commitFiles(changes, { journal }))).toMatchObject({
    threw: false,
  });
});
