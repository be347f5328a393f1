import { chmod, lchown, mkdir, readdir, readFile, readlink, rename, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { root, temporaryDirectory, testWith, writePrivate } from "@durar/testing";
import { afterEach, expect, test } from "vitest";
import { replaceFile } from "./index.ts";

const wanted = Object.freeze({ expected: "old", content: "new" });
const cwd = process.cwd();

afterEach(() => process.chdir(cwd));

async function place(): Promise<{ readonly directory: string; readonly file: string }> {
  const directory = await temporaryDirectory();
  return { directory, file: await writePrivate(join(directory, "real", "config.json"), "old") };
}

test("a link stays, and the file it leads to is replaced", async () => {
  const { directory, file } = await place();
  const path = join(directory, "link");
  await symlink(file, path);
  expect(await replaceFile(path, wanted)).toEqual({ realPath: file, changed: true });
  expect([await readlink(path), await readFile(file, "utf8")]).toEqual([file, "new"]);
  expect(await readdir(directory)).toEqual(["link", "real"]);
  expect(await readdir(join(directory, "real"))).toEqual(["config.json"]);
});

test("a chain of relative links and linked directories is followed, and each stays", async () => {
  const { directory, file } = await place();
  await symlink("real", join(directory, "shortcut"));
  await symlink("shortcut/config.json", join(directory, "b"));
  await symlink("shortcut/../b", join(directory, "a"));
  expect(await replaceFile(join(directory, "a"), wanted)).toMatchObject({ realPath: file });
  const links = await Promise.all(["a", "b", "shortcut"].map((name) => readlink(join(directory, name))));
  expect(links).toEqual(["shortcut/../b", "shortcut/config.json", "real"]);
  expect(await readFile(file, "utf8")).toBe("new");
});

test("a relative path is one from the working directory", async () => {
  const { directory, file } = await place();
  await symlink("real", join(directory, "shortcut"));
  process.chdir(directory);
  expect(await replaceFile("real/config.json", wanted)).toMatchObject({ realPath: file });
  const again = { expected: "new", content: "newer" };
  expect(await replaceFile("shortcut/./config.json", again)).toMatchObject({ realPath: file });
  const made = await replaceFile(relative(directory, join(directory, "fresh")), {
    ...wanted,
    expected: undefined,
  });
  expect(made.realPath).toBe(join(directory, "fresh"));
});

test("`..` after a link leaves the directory that the link leads to", async () => {
  const { directory } = await place();
  await mkdir(join(directory, "real", "deep"));
  await symlink("real/deep", join(directory, "link"));
  const replaced = await replaceFile(`${directory}/link/../config.json`, wanted);
  expect(replaced.realPath).toBe(join(directory, "real", "config.json"));
});

test("a new file is made in a linked directory", async () => {
  const { directory } = await place();
  await symlink("real", join(directory, "shortcut"));
  const options = { content: "new", expected: undefined };
  const made = await replaceFile(join(directory, "shortcut", "new.json"), options);
  expect(made.realPath).toBe(join(directory, "real", "new.json"));
});

test("a dangling link is refused, and a circle", async () => {
  const { directory } = await place();
  const path = join(directory, "link");
  await symlink("nowhere", path);
  await symlink("circle", join(directory, "circle"));
  const options = { content: "new", expected: undefined };
  await expect(replaceFile(path, options)).rejects.toMatchObject({
    ...{ code: "COMMIT_REFUSED", message: `${path} is a link to a file that does not exist` },
    hint: "remove the link, or create the file it leads to",
  });
  await expect(replaceFile(join(directory, "circle"), options)).rejects.toMatchObject({
    code: "COMMIT_REFUSED",
    hint: "correct the links",
  });
  expect(await readdir(directory)).toEqual(["circle", "link", "real"]);
});

test("a link through a directory that others may write to is refused; the file itself, named, is not", async () => {
  const { directory, file } = await place();
  await symlink("real/config.json", join(directory, "link"));
  await chmod(join(directory, "real"), 0o777);
  await expect(replaceFile(join(directory, "link"), wanted)).rejects.toMatchObject({
    code: "COMMIT_REFUSED",
    message: expect.stringContaining("that everyone may write to (mode 0777)") as string,
    hint: `chmod go-w ${join(directory, "real")}`,
  });
  expect(await readFile(file, "utf8")).toBe("old");
  expect(await replaceFile(file, wanted)).toMatchObject({ changed: true });
});

test("the mode of the file that a link leads to is its owner's choice", async () => {
  const { directory, file } = await place();
  await chmod(file, 0o666);
  await symlink("real/config.json", join(directory, "link"));
  expect(await replaceFile(join(directory, "link"), wanted)).toMatchObject({ changed: true });
});

testWith(root, "a link or a file of another user's is not followed", async () => {
  const { directory, file } = await place();
  await symlink("real/config.json", join(directory, "link"));
  await lchown(file, 4242, 4242);
  await expect(replaceFile(join(directory, "link"), wanted)).rejects.toMatchObject({
    code: "COMMIT_REFUSED",
    message: expect.stringContaining("is owned by user 4242") as string,
  });
  await lchown(file, 0, 0);
  await rename(join(directory, "link"), join(directory, "real", "link"));
  await lchown(join(directory, "real"), 4242, 4242);
  await symlink("real/config.json", join(directory, "link"));
  await expect(replaceFile(join(directory, "link"), wanted)).rejects.toMatchObject({
    code: "COMMIT_REFUSED",
  });
});
