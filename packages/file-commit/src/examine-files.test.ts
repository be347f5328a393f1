import { lstatSync, readdirSync } from "node:fs";
import { link, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory, writePrivate } from "@durar/testing";
import { expect, test } from "vitest";
import { commitFiles, examineFiles } from "./index.ts";

test("what could be replaced or created is nothing to speak of, and nothing is made or touched", async () => {
  const directory = await temporaryDirectory();
  const path = await writePrivate(join(directory, "file"), "old");
  await symlink("file", join(directory, "link"));
  const { mtimeMs, ctimeMs } = lstatSync(directory);
  await examineFiles([path, join(directory, "new")]);
  await examineFiles([join(directory, "link")]);
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
  const examined = await errorOf(() => examineFiles(paths));
  const changes = paths.map((path) => ({ path, content: "new", expected: "old" }));
  expect(examined).toEqual(
    await errorOf(() => commitFiles(changes, { journal: join(directory, "journal") })),
  );
  for (const path of paths) expect(JSON.stringify(examined)).toContain(path);
  expect(readdirSync(directory).sort()).toEqual(["folder", "other", "read-only", "twice"]);
});

test("a directory that is not there is named", async () => {
  const path = join(await temporaryDirectory(), "none", "file");
  await expect(examineFiles([path])).rejects.toMatchObject({
    code: "COMMIT_FAILED",
    message: expect.stringContaining(path) as unknown,
  });
});
