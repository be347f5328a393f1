import { mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@durar/testing";
import { expect, test } from "vitest";
import { linkDirectories } from "./link-directories.ts";

/** The directories, less the one that all lies in. */
async function below(directory: string, path: string): Promise<readonly string[]> {
  const found = await linkDirectories(path);
  return [...found].map((one) => one.replace(directory, ".")).sort();
}

async function place(): Promise<string> {
  return realpath(await temporaryDirectory());
}

test("a plain file is decided by its directory alone", async () => {
  const at = await place();
  await writeFile(join(at, "file"), "");
  expect(await below(at, join(at, "file"))).toEqual(["."]);
});

test("a directory is decided by itself", async () => {
  const at = await place();
  await mkdir(join(at, "agents"));
  expect(await below(at, join(at, "agents"))).toEqual(["./agents"]);
  expect(await linkDirectories("/")).toEqual(new Set(["/"]));
});

test("what is missing is decided by the directory it would appear in", async () => {
  const at = await place();
  await mkdir(join(at, "a"));
  await writeFile(join(at, "file"), "");
  expect(await below(at, join(at, "missing"))).toEqual(["."]);
  expect(await below(at, join(at, "a/b/c/d"))).toEqual(["./a"]);
  expect(await below(at, join(at, "file/x"))).toEqual(["."]);
});

test("each link on the way counts, of a Kubernetes volume too", async () => {
  const at = await place();
  await mkdir(join(at, "volume/..2024_01"), { recursive: true });
  await writeFile(join(at, "volume/..2024_01/token"), "");
  await symlink("..2024_01", join(at, "volume/..data"));
  await symlink("..data/token", join(at, "volume/token"));
  await mkdir(join(at, "links"));
  await symlink(join(at, "volume"), join(at, "links/to-volume"));
  expect(await below(at, join(at, "links/to-volume/token"))).toEqual([
    "./links",
    "./volume",
    "./volume/..2024_01",
  ]);
});

test("a link that leads nowhere, or round in circles, ends where nothing more can be found", async () => {
  const at = await place();
  await mkdir(join(at, "a"));
  await symlink("../a/missing", join(at, "dangling"));
  await symlink(join(at, "a/missing"), join(at, "absolute"));
  await symlink("circle", join(at, "circle"));
  expect(await below(at, join(at, "absolute"))).toEqual([".", "./a"]);
  expect(await below(at, join(at, "dangling"))).toContain(".");
  expect(await below(at, join(at, "circle"))).toEqual(["."]);
});

test("behind a link, `..` is the directory above the one it leads to", async () => {
  const at = await place();
  await mkdir(join(at, "far/inner"), { recursive: true });
  await writeFile(join(at, "far/file"), "");
  await symlink("far/inner", join(at, "link"));
  expect(await below(at, `${at}/link/../file`)).toEqual([".", "./far"]);
  await symlink("link/../file", join(at, "other"));
  expect(await below(at, `${at}/./other`)).toEqual([".", "./far"]);
});
