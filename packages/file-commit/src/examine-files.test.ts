import { lstatSync, readdirSync } from "node:fs";
import { chmod, link, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory, writePrivate } from "@durar/testing";
import { expect, test } from "vitest";
import { commitFiles, examineFiles } from "./index.ts";

test("what could be replaced or created is nothing to speak of, and nothing is made or touched", async () => {
  const directory = await temporaryDirectory();
  const path = await writePrivate(join(directory, "file"), "old");
  await symlink("file", join(directory, "link"));
  const { mtimeMs, ctimeMs } = lstatSync(directory);
  const journal = join(directory, "journal");
  await examineFiles([path, join(directory, "new")], { journal });
  await examineFiles([join(directory, "link")], { journal });
  expect(lstatSync(directory)).toMatchObject({ mtimeMs, ctimeMs });
});

test("all that a commit would refuse is said at once, in the words of the commit", async () => {
  const directory = await temporaryDirectory();
  const readOnly = await writePrivate(join(directory, "read-only"), "old", 0o400);
  const twice = await writePrivate(join(directory, "twice"), "old");
  await link(twice, join(directory, "other"));
  const folder = join(directory, "folder");
  await mkdir(folder);
  const paths = [readOnly, twice, folder];
  const errorOf = async (act: () => Promise<unknown>): Promise<object> => {
    try {
      await act();
    } catch (error) {
      const { code, message, hint } = error as Record<string, unknown>;
      return { code, message, hint };
    }
    throw new Error("it was not refused");
  };
  const journal = join(directory, "journal");
  const examined = await errorOf(() => examineFiles(paths, { journal }));
  const changes = paths.map((path) => ({ path, content: "new", expected: "old" }));
  expect(examined).toEqual(await errorOf(() => commitFiles(changes, { journal })));
  for (const path of paths) expect(JSON.stringify(examined)).toContain(path);
  expect(readdirSync(directory).sort()).toEqual(["folder", "other", "read-only", "twice"]);
});

test("a directory that is not there is named", async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, "none", "file");
  await expect(examineFiles([path], { journal: join(directory, "journal") })).rejects.toMatchObject({
    code: "COMMIT_FAILED",
    message: expect.stringContaining(path) as unknown,
  });
});

test.each([
  ["a journal that is there already", "journal", () => Promise.resolve(), "COMMIT_INTERRUPTED"],
  ["a journal where others may write", "journal", (path: string) => chmod(path, 0o775), "COMMIT_REFUSED"],
  ["a journal in a directory that is not there", "none/journal", () => Promise.resolve(), "COMMIT_REFUSED"],
  ["a file that is the journal", "file", () => Promise.resolve(), "COMMIT_REFUSED"],
] as const)("%s is refused in the words of a commit", async (_name, name, spoil, code) => {
  const directory = await temporaryDirectory();
  const path = await writePrivate(join(directory, "file"), "old");
  await writePrivate(join(directory, "journal"), "{}");
  const journal = join(directory, name);
  await spoil(directory);
  const refusal = { code, message: expect.any(String) as unknown };
  const examined = await examineFiles([path], { journal }).catch((error: unknown) => error);
  expect(examined).toMatchObject(refusal);
  const { message } = examined as Error;
  const change = { path, content: "new", expected: "old" };
  await expect(commitFiles([change], { journal })).rejects.toMatchObject({ code, message });
});
