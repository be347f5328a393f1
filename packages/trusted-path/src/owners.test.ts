import { chmod, chown, lchown, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, run, temporaryDirectory, testWith, writePrivate, writeScript } from "@durar/testing";
import { build } from "tsup";
import { afterAll, beforeAll, expect } from "vitest";
import { judgePath, openTrusted } from "./index.ts";
import type { TrustOptions, TrustRefusal } from "./types.ts";

const nobody = 65534;
const stranger = 4242;
const secretFile: TrustOptions = Object.freeze({ purpose: "secret-file" });

let built: string;

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), "durar-test-"));
  await chmod(built, 0o755);
  await build({
    ...{ entry: [join(import.meta.dirname, "index.ts")], format: "esm", target: "node20", outDir: built },
    ...{ config: false, silent: true, outExtension: () => ({ js: ".mjs" }) },
  });
});

afterAll(() => rm(built, { recursive: true, force: true }));

interface As {
  readonly user?: number;
  readonly groups?: readonly number[];
}

type Answer = { readonly trusted: true; readonly content?: string } | TrustRefusal;

const program = `
const [url, user, groups, call, path, options] = JSON.parse(process.argv.at(-1));
process.setgroups(groups);
process.setgid(user);
process.setuid(user);
const { judgePath, openTrusted } = await import(url);
let answer;
if (call === "judge") answer = await judgePath(path, options);
else {
  answer = await openTrusted(path, options);
  if (answer.trusted) {
    const content = await answer.file.readFile("utf8");
    await answer.file.close();
    answer = { trusted: true, content };
  }
}
console.log(JSON.stringify(answer, (_, value) => (typeof value === "bigint" ? String(value) : value)));
`;

/** Calls the package, built as it is published, in a process of another user. */
async function callAs(
  { user = nobody, groups = [] }: As,
  call: "judge" | "open",
  path: string,
  options: TrustOptions,
): Promise<Answer> {
  const argument = [pathToFileURL(join(built, "index.mjs")).href, user, groups, call, path, options];
  const { stdout, stderr } = await run(process.execPath, [
    ...["--input-type=module", "-e", program, "--", JSON.stringify(argument)],
  ]);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Answer;
}

async function give(path: string, user: number, group = user): Promise<void> {
  await lchown(path, user, group);
}

testWith(root, "a command of root's in a system directory is fine for another user", async () => {
  expect(await callAs({}, "judge", "/usr/bin/env", { purpose: "command" })).toMatchObject({ trusted: true });
});

testWith(root, "a command that the user may not execute is refused", async () => {
  const path = await writePrivate(join(await temporaryDirectory(), "tool"), "#!/bin/sh\n", 0o700);
  expect(await callAs({}, "judge", path, { purpose: "command" })).toMatchObject({ rule: "not-executable" });
});

testWith(root, "a file of another user's is refused, with the chown that would mend it", async () => {
  const path = await writePrivate(join(await temporaryDirectory(), "token"), "x");
  await give(path, stranger);
  expect(await judgePath(path, secretFile)).toMatchObject({
    rule: "owner",
    component: path,
    message: `${path} is owned by user ${stranger}, neither root nor the current user (0)`,
    remedy: `chown root ${path}`,
  });
  expect(await callAs({}, "judge", path, secretFile)).toMatchObject({ remedy: `chown ${nobody} ${path}` });
  expect(await callAs({}, "judge", path, { purpose: "command" })).toMatchObject({
    remedy: `chown root ${path}`,
  });
});

testWith(root, "a file of one's own below directories of root's is fine", async () => {
  const path = await writePrivate(join(await temporaryDirectory(), "token"), "content");
  await give(path, nobody);
  expect(await callAs({}, "open", path, secretFile)).toEqual({ trusted: true, content: "content" });
});

testWith(root, "a directory of another user's is refused on the way", async () => {
  const directory = join(await temporaryDirectory(), "theirs");
  const path = await writePrivate(join(directory, "sub", "token"), "x");
  await give(directory, stranger);
  expect(await judgePath(path, secretFile)).toMatchObject({
    rule: "owner",
    component: directory,
    remedy: `chown root ${directory}, or add ${directory} to trustedDirs`,
  });
});

testWith(root, "an entry of another user's in a sticky directory is refused, a link too", async () => {
  const shared = join(await temporaryDirectory(), "shared");
  await mkdir(shared);
  await chmod(shared, 0o1777);
  await writePrivate(join(shared, "mine", "token"), "x");
  await symlink("mine", join(shared, "link"));
  expect(await judgePath(join(shared, "link", "token"), secretFile)).toMatchObject({ trusted: true });
  await give(join(shared, "link"), stranger);
  expect(await judgePath(join(shared, "link", "token"), secretFile)).toMatchObject({
    rule: "owner",
    component: join(shared, "link"),
    remedy: `chown -h root ${join(shared, "link")}, or use a directory of your own`,
  });
});

testWith(root, "a file that may not be opened is unreadable, with the user who may not", async () => {
  const path = await writePrivate(join(await temporaryDirectory(), "token"), "x");
  expect(await callAs({}, "open", path, secretFile)).toMatchObject({
    rule: "unreadable",
    message: `${path} cannot be read (EACCES)`,
    remedy: `let user ${nobody} read ${path}, and enter the directories above it`,
  });
});

testWith(root, "a file below a directory that may not be entered is unreadable", async () => {
  const directory = join(await temporaryDirectory(), "closed");
  const path = await writePrivate(join(directory, "token"), "x");
  await chmod(directory, 0o700);
  expect(await callAs({}, "judge", path, secretFile)).toMatchObject({ rule: "unreadable" });
});

testWith(root, "a Kubernetes secret is read through its fsGroup", async () => {
  const fsGroup = 2000;
  const mount = join(await temporaryDirectory(), "mount");
  const dated = join(mount, "..2024_01_01_00_00_00.1");
  const token = await writePrivate(join(dated, "token"), "content", 0o440);
  await symlink("..2024_01_01_00_00_00.1", join(mount, "..data"));
  await symlink(join("..data", "token"), join(mount, "token"));
  for (const path of [mount, dated, token]) await chown(path, 0, fsGroup);
  await chmod(mount, 0o3777);
  await chmod(dated, 0o2755);
  const path = join(mount, "token");
  const options: TrustOptions = { purpose: "secret-file", allowSymlink: true };
  expect(await callAs({ groups: [fsGroup] }, "open", path, options)).toEqual({
    trusted: true,
    content: "content",
  });
  expect(await callAs({ groups: [fsGroup + 1] }, "judge", path, options)).toMatchObject({
    rule: "readable-by-others",
    component: token,
    message: `${token} may be read by its group (mode 0440)`,
  });
  expect(
    await callAs({ groups: [fsGroup] }, "judge", path, { purpose: "private-file", allowSymlink: true }),
  ).toMatchObject({ rule: "readable-by-others" });
});

testWith(root, "a Docker secret, readable by everyone, is read in a trusted directory", async () => {
  const secrets = join(await temporaryDirectory(), "run", "secrets");
  const path = await writePrivate(join(secrets, "token"), "content", 0o444);
  expect(await callAs({}, "open", path, secretFile)).toMatchObject({
    rule: "readable-by-others",
    remedy: `chmod 600 ${path}, or add ${secrets} to trustedDirs`,
  });
  const options: TrustOptions = { purpose: "secret-file", trustedDirs: [secrets] };
  expect(await callAs({}, "open", path, options)).toEqual({ trusted: true, content: "content" });
  await give(path, nobody);
  expect(await callAs({}, "open", path, options)).toMatchObject({ remedy: `chmod 600 ${path}` });
});

testWith(
  root,
  "a Kubernetes secret of the standard mode 0644 is read where its mount is trusted",
  async () => {
    const mount = join(await temporaryDirectory(), "mount");
    const token = await writePrivate(join(mount, "..2024_01_01", "token"), "content", 0o644);
    await symlink("..2024_01_01", join(mount, "..data"));
    await symlink(join("..data", "token"), join(mount, "token"));
    await chmod(mount, 0o1777);
    const options: TrustOptions = { purpose: "secret-file", allowSymlink: true };
    expect(await callAs({}, "open", join(mount, "token"), options)).toMatchObject({
      rule: "readable-by-others",
      component: token,
    });
    expect(await callAs({}, "open", join(mount, "token"), { ...options, trustedDirs: [mount] })).toEqual({
      trusted: true,
      content: "content",
    });
  },
);

testWith(root, "a systemd credential is read, of mode 0400 by root and 0440 by others", async () => {
  const unit = join(await temporaryDirectory(), "credentials", "unit.service");
  const path = await writePrivate(join(unit, "token"), "content", 0o400);
  const opened = await openTrusted(path, secretFile);
  expect(opened.trusted).toBe(true);
  if (opened.trusted) await opened.file.close();
  await chmod(path, 0o440);
  expect(await callAs({}, "judge", path, secretFile)).toMatchObject({ trusted: true });
});

testWith(root, "a Homebrew prefix of another user's is fine where it is trusted", async () => {
  const homebrew = join(await temporaryDirectory(), "homebrew");
  const real = await writeScript(join(homebrew, "Cellar", "op", "2.0", "bin", "op"), "#!/bin/sh\n");
  await mkdir(join(homebrew, "bin"));
  await symlink("../Cellar/op/2.0/bin/op", join(homebrew, "bin", "op"));
  for (const name of ["", "bin", "bin/op", "Cellar", "Cellar/op", "Cellar/op/2.0", "Cellar/op/2.0/bin"])
    await give(join(homebrew, name), stranger);
  await give(real, stranger);
  const path = join(homebrew, "bin", "op");
  const options: TrustOptions = { purpose: "command", allowSymlink: true };
  expect(await judgePath(path, options)).toMatchObject({
    rule: "owner",
    component: homebrew,
    remedy: `chown root ${homebrew}, or add ${homebrew} to trustedDirs`,
  });
  expect(await judgePath(path, { ...options, trustedDirs: [homebrew] })).toMatchObject({ realPath: real });
  await give(real, stranger + 1);
  expect(await judgePath(path, { ...options, trustedDirs: [homebrew] })).toMatchObject({
    rule: "owner",
    component: real,
  });
});

testWith(root, "a trusted directory is not whatever another user's link says it is", async () => {
  const shared = join(await temporaryDirectory(), "shared");
  const theirs = join(await temporaryDirectory(), "theirs");
  const path = await writePrivate(join(theirs, "token"), "x");
  await mkdir(shared);
  await chmod(shared, 0o1777);
  await symlink(theirs, join(shared, "trusted"));
  await give(join(shared, "trusted"), stranger);
  await give(theirs, stranger);
  expect(await judgePath(path, { ...secretFile, trustedDirs: [join(shared, "trusted")] })).toMatchObject({
    rule: "owner",
    component: join(shared, "trusted"),
  });
});
