import { chmod, mkdir, rename, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { command, run, temporaryDirectory, testWith, writePrivate, writeScript } from "@durar/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { judgePath } from "./index.ts";
import { judgeOn } from "./judge-path.ts";
import { machine } from "./system.ts";
import type { PathPurpose, TrustOptions, TrustVerdict } from "./types.ts";

const secretFile: TrustOptions = Object.freeze({ purpose: "secret-file" });
const trusted = { trusted: true };

/** A directory whose real path is known, as `/tmp` may be a link. */
async function place(mode = 0o755): Promise<string> {
  const directory = join(await temporaryDirectory(), "place");
  await mkdir(directory);
  await chmod(directory, mode);
  return directory;
}

async function remedyOf(verdict: TrustVerdict): Promise<string> {
  return verdict.trusted ? "" : verdict.remedy;
}

test("a private file is trusted, and described as stat describes it", async () => {
  const path = await writePrivate(join(await place(), "token"), "x");
  const { dev, ino, uid, gid, mode } = await stat(path, { bigint: true });
  expect(await judgePath(path, secretFile)).toEqual({
    trusted: true,
    realPath: path,
    identity: { device: dev, inode: ino, owner: uid, group: gid, mode },
  });
});

test("a path that is not absolute is refused", async () => {
  expect(await judgePath("token", secretFile)).toMatchObject({ rule: "not-absolute", component: "token" });
});

test("a path with a NUL character is refused, not an exception", async () => {
  expect(await judgePath("/etc/\0", secretFile)).toMatchObject({ rule: "not-absolute" });
  const options = { ...secretFile, trustedDirs: ["/etc/\0"] };
  expect(await judgePath("/etc/hosts", options)).toMatchObject({ rule: "not-absolute" });
});

test("a missing file is named by the first component that does not exist", async () => {
  const directory = await place();
  expect(await judgePath(join(directory, "a", "b"), secretFile)).toMatchObject({
    rule: "missing",
    component: join(directory, "a"),
    remedy: `create ${join(directory, "a")}, or correct the path`,
  });
});

test("there is nothing below a file", async () => {
  const path = await writePrivate(join(await place(), "token"), "x");
  expect(await judgePath(join(path, "a"), secretFile)).toMatchObject({ rule: "missing", component: path });
  expect(await judgePath(`${path}/../token`, secretFile)).toMatchObject({ rule: "missing", component: path });
});

test("a name too long for the file system is unreadable, with the system's code", async () => {
  const verdict = await judgePath(join(await place(), "x".repeat(300)), secretFile);
  expect(verdict).toMatchObject({ rule: "unreadable" });
  expect(verdict).toHaveProperty("message", expect.stringContaining("ENAMETOOLONG"));
});

describe("the mode of the file", () => {
  const cases: readonly (readonly [PathPurpose, number, string])[] = [
    ["secret-file", 0o600, "trusted"],
    ["secret-file", 0o400, "trusted"],
    ["secret-file", 0o660, "writable-by-others"],
    ["secret-file", 0o602, "writable-by-others"],
    ["secret-file", 0o604, "readable-by-others"],
    ["private-file", 0o600, "trusted"],
    ["private-file", 0o640, "readable-by-others"],
    ["private-file", 0o604, "readable-by-others"],
    ["private-file", 0o620, "writable-by-others"],
    ["plan", 0o644, "trusted"],
    ["plan", 0o664, "writable-by-others"],
    ["plan", 0o646, "writable-by-others"],
    ["command", 0o755, "trusted"],
    ["command", 0o500, "trusted"],
    ["command", 0o775, "writable-by-others"],
    ["command", 0o757, "writable-by-others"],
    ["command", 0o644, "not-executable"],
  ];
  test.each(cases)("of a %s may be %o or not: %s", async (purpose, mode, expected) => {
    const path = await writePrivate(join(await place(), "file"), "x", mode);
    const verdict = await judgePath(path, { purpose });
    expect(verdict.trusted ? "trusted" : verdict.rule).toBe(expected);
    if (!verdict.trusted) expect(verdict.component).toBe(path);
  });
});

describe("a directory on the way", () => {
  test.each([
    [0o775, "its group", "g-w"],
    [0o777, "everyone", "go-w"],
    [0o757, "everyone", "go-w"],
  ])("that others may write to is refused (mode %o)", async (mode, who, change) => {
    const directory = await place(mode);
    const path = await writePrivate(join(directory, "sub", "token"), "x");
    const verdict = await judgePath(path, secretFile);
    expect(verdict).toMatchObject({ rule: "writable-by-others", component: directory });
    expect(verdict).toHaveProperty("message", expect.stringContaining(who));
    expect(verdict).toHaveProperty("message", expect.stringContaining(`mode 0${mode.toString(8)}`));
    expect(await remedyOf(verdict)).toContain(`chmod ${change} ${directory}`);
  });

  test("that is sticky is fine for an entry of one's own", async () => {
    const path = await writePrivate(join(await place(0o1777), "token"), "x");
    expect(await judgePath(path, secretFile)).toMatchObject(trusted);
  });

  test("is judged where only a link leads through it", async () => {
    const home = await place();
    const shared = await place(0o777);
    await writePrivate(join(shared, "sub", "token"), "x");
    await symlink(join(shared, "sub"), join(home, "sub"));
    expect(await judgePath(join(home, "sub", "token"), secretFile)).toMatchObject({
      rule: "writable-by-others",
      component: shared,
    });
  });

  test("is judged where the path leaves it again by ..", async () => {
    const home = await place();
    const shared = join(home, "shared");
    await mkdir(shared);
    await chmod(shared, 0o777);
    await writePrivate(join(home, "token"), "x");
    expect(await judgePath(`${shared}/../token`, secretFile)).toMatchObject({ component: shared });
  });
});

testWith(command("bash"), "the chmod of a refusal, run in a shell, mends what it refuses", async () => {
  const directory = join(await place(), "it's a \u001b[31mplace\n");
  const path = await writePrivate(join(directory, "token"), "x", 0o666);
  await chmod(directory, 0o777);
  const remedies: string[] = [];
  let verdict = await judgePath(path, { purpose: "plan" });
  while (!verdict.trusted && remedies.length < 5) {
    expect(verdict.message + verdict.remedy).not.toMatch(/\p{Cc}/u);
    remedies.push(verdict.remedy);
    await run("bash", ["-c", verdict.remedy], {
      env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" },
    });
    verdict = await judgePath(path, { purpose: "plan" });
  }
  expect(verdict).toMatchObject(trusted);
  expect(remedies.map((remedy) => remedy.slice(0, 10))).toEqual(["chmod go-w", "chmod go-w"]);
});

describe("a symbolic link", () => {
  test.each([
    ["secret-file", "set allowSymlinkPath: true on this provider"],
    ["command", "set allowSymlinkCommand: true on this provider"],
    ["plan", "name the file it leads to"],
  ] as const)("as the last component of a %s is refused: %s", async (purpose, remedy) => {
    const directory = await place();
    await writePrivate(join(directory, "file"), "x", 0o700);
    await symlink("file", join(directory, "link"));
    expect(await judgePath(join(directory, "link"), { purpose })).toMatchObject({
      rule: "symlink",
      component: join(directory, "link"),
      remedy,
    });
    expect(await judgePath(join(directory, "link"), { purpose, allowSymlink: true })).toMatchObject({
      trusted: true,
      realPath: join(directory, "file"),
    });
  });

  test("is the last component also where a slash or a dot follows it", async () => {
    const directory = await place();
    await writePrivate(join(directory, "file"), "x");
    await symlink("file", join(directory, "link"));
    for (const path of [`${directory}/link/`, `${directory}/link/.`, `${directory}//.//link`])
      expect(await judgePath(path, secretFile)).toMatchObject({ rule: "symlink" });
  });

  test("in the middle of the path is followed without being allowed", async () => {
    const directory = await place();
    await writePrivate(join(directory, "a", "b", "token"), "x");
    await symlink(join("..", "a", "b"), join(directory, "a", "link"));
    expect(await judgePath(join(directory, "a", "link", "token"), secretFile)).toMatchObject({
      trusted: true,
      realPath: join(directory, "a", "b", "token"),
    });
  });

  test("that leads above the root stays at the root, as the kernel has it", async () => {
    const directory = await place();
    await symlink(`${"../".repeat(40)}${directory.slice(1)}`, join(directory, "link"));
    const path = await writePrivate(join(directory, "token"), "x");
    expect(await judgePath(join(directory, "link", "token"), secretFile)).toMatchObject({ realPath: path });
  });

  test("that leads nowhere is missing by the name of its target", async () => {
    const directory = await place();
    await symlink("nowhere", join(directory, "link"));
    const verdict = await judgePath(join(directory, "link"), { ...secretFile, allowSymlink: true });
    expect(verdict).toMatchObject({ rule: "missing", component: join(directory, "nowhere") });
  });

  test("is followed 40 times and not 41 times", async () => {
    const directory = await place();
    await writePrivate(join(directory, "0"), "x");
    for (let link = 1; link <= 41; link += 1) await symlink(String(link - 1), join(directory, String(link)));
    const options = { ...secretFile, allowSymlink: true };
    expect(await judgePath(join(directory, "40"), options)).toMatchObject(trusted);
    expect(await judgePath(join(directory, "41"), options)).toMatchObject({
      rule: "too-many-links",
      component: join(directory, "1"),
    });
  });

  test("that leads in a circle is refused", async () => {
    const directory = await place();
    await symlink("b", join(directory, "a"));
    await symlink("a", join(directory, "b"));
    const verdict = await judgePath(join(directory, "a"), { ...secretFile, allowSymlink: true });
    expect(verdict).toMatchObject({ rule: "too-many-links" });
  });
});

describe("an odd file is refused at once:", () => {
  test("a directory", async () => {
    const directory = await place();
    const verdict = await judgePath(directory, secretFile);
    expect(verdict).toMatchObject({ rule: "not-regular", component: directory });
    expect(verdict).toHaveProperty("message", expect.stringContaining("is a directory"));
    expect(await judgePath("/", secretFile)).toMatchObject({ rule: "not-regular", component: "/" });
  });

  testWith(command("mkfifo"), "a FIFO", async () => {
    const path = join(await place(), "fifo");
    await run("mkfifo", ["-m", "600", path]);
    expect(await judgePath(path, secretFile)).toHaveProperty("message", expect.stringContaining("a FIFO"));
  });

  test("a socket", async () => {
    const path = join(await place(), "socket");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => void server.close());
    expect(await judgePath(path, secretFile)).toHaveProperty("message", expect.stringContaining("a socket"));
  });

  test("a device", async () => {
    expect(await judgePath("/dev/null", secretFile)).toMatchObject({
      rule: "not-regular",
      message: "/dev/null is a device, not a regular file",
    });
  });
});

describe("allowInsecure", () => {
  const insecure: TrustOptions = Object.freeze({ purpose: "secret-file", allowInsecure: true });

  test("accepts what everyone may read and write", async () => {
    const path = await writePrivate(join(await place(0o777), "token"), "x", 0o666);
    expect(await judgePath(path, insecure)).toMatchObject(trusted);
  });

  test("does not accept a directory, a last link, or a file outside the trusted directories", async () => {
    const directory = await place();
    await writePrivate(join(directory, "token"), "x");
    await symlink("token", join(directory, "link"));
    expect(await judgePath(directory, insecure)).toMatchObject({ rule: "not-regular" });
    expect(await judgePath(join(directory, "link"), insecure)).toMatchObject({ rule: "symlink" });
    const confined = { ...insecure, trustedDirs: [await place()] };
    expect(await judgePath(join(directory, "token"), confined)).toMatchObject({
      rule: "outside-trusted-dirs",
    });
  });
});

describe("trustedDirs", () => {
  test("confine the real path to one of them", async () => {
    const [inside, outside] = [await place(), await place()];
    const options = { ...secretFile, trustedDirs: ["/nowhere/at/all", inside] };
    const token = await writePrivate(join(inside, "a", "token"), "x");
    expect(await judgePath(token, options)).toMatchObject(trusted);
    const other = await writePrivate(join(outside, "token"), "x");
    expect(await judgePath(other, options)).toMatchObject({
      rule: "outside-trusted-dirs",
      component: other,
      remedy: `add ${outside} to trustedDirs, or use a file inside one of them`,
    });
  });

  test("refuse a directory link inside that leads outside", async () => {
    const [inside, outside] = [await place(), await place()];
    await writePrivate(join(outside, "token"), "x");
    await symlink(outside, join(inside, "link"));
    for (const allowInsecure of [false, true])
      expect(
        await judgePath(join(inside, "link", "token"), {
          ...secretFile,
          allowInsecure,
          trustedDirs: [inside],
        }),
      ).toMatchObject({ rule: "outside-trusted-dirs", component: join(outside, "token") });
  });

  test("do not reach as far as a neighbour whose name begins alike", async () => {
    const directory = await place();
    const token = await writePrivate(join(directory, "bin-other", "token"), "x");
    await mkdir(join(directory, "bin"));
    const options = { ...secretFile, trustedDirs: [join(directory, "bin")] };
    expect(await judgePath(token, options)).toMatchObject({ rule: "outside-trusted-dirs" });
  });

  test("are compared by where they really lead", async () => {
    const directory = await place();
    const token = await writePrivate(join(directory, "real", "token"), "x");
    await symlink("real", join(directory, "link"));
    const options = { ...secretFile, trustedDirs: [join(directory, "link")] };
    expect(await judgePath(token, options)).toMatchObject(trusted);
  });

  test("accept directories their group may write to, at and below, never above", async () => {
    const above = await place();
    const at = join(above, "at");
    const token = await writePrivate(join(at, "below", "token"), "x");
    await chmod(at, 0o775);
    await chmod(join(at, "below"), 0o775);
    const options = { ...secretFile, trustedDirs: [at] };
    expect(await judgePath(token, options)).toMatchObject(trusted);
    await chmod(above, 0o775);
    expect(await judgePath(token, options)).toMatchObject({ rule: "writable-by-others", component: above });
  });

  test("never accept a directory that everyone may write to, nor a file that its group may", async () => {
    const directory = await place();
    const token = await writePrivate(join(directory, "below", "token"), "x");
    const options = { ...secretFile, trustedDirs: [directory] };
    await chmod(join(directory, "below"), 0o777);
    expect(await judgePath(token, options)).toMatchObject({ component: join(directory, "below") });
    await chmod(join(directory, "below"), 0o755);
    await chmod(token, 0o660);
    expect(await judgePath(token, options)).toMatchObject({ rule: "writable-by-others", component: token });
  });

  test("that cannot be reached trust nothing, and the refusal says why", async () => {
    const shared = await place(0o777);
    const token = await writePrivate(join(shared, "sub", "token"), "x");
    expect(await judgePath(token, { ...secretFile, trustedDirs: ["/nowhere/at/all"] })).toMatchObject({
      rule: "missing",
      component: "/nowhere",
    });
    expect(await judgePath(token, { ...secretFile, trustedDirs: ["relative"] })).toMatchObject({
      rule: "not-absolute",
      component: "relative",
    });
    expect(await judgePath(token, { ...secretFile, trustedDirs: [join(shared, "sub")] })).toMatchObject({
      rule: "writable-by-others",
      component: shared,
    });
  });

  test("must be directories", async () => {
    const token = await writePrivate(join(await place(), "token"), "x");
    expect(await judgePath(token, { ...secretFile, trustedDirs: [token] })).toMatchObject({
      rule: "missing",
      message: `${token} is not a directory, so there is nothing below it`,
    });
  });

  test("as an empty list trust nothing", async () => {
    const token = await writePrivate(join(await place(), "token"), "x");
    expect(await judgePath(token, { ...secretFile, trustedDirs: [] })).toMatchObject({
      rule: "outside-trusted-dirs",
    });
  });

  test("make a Homebrew command usable: a link into a group-writable prefix", async () => {
    const homebrew = await place();
    const cellar = join(homebrew, "Cellar", "vault", "1.15", "bin");
    const real = await writeScript(join(cellar, "vault"), "#!/bin/sh\n");
    await mkdir(join(homebrew, "bin"));
    await symlink("../Cellar/vault/1.15/bin/vault", join(homebrew, "bin", "vault"));
    for (const directory of [homebrew, join(homebrew, "bin"), join(homebrew, "Cellar"), cellar])
      await chmod(directory, 0o775);
    const path = join(homebrew, "bin", "vault");
    const purpose = "command";
    const advice = [
      await judgePath(path, { purpose }),
      await judgePath(path, { purpose, allowSymlink: true }),
    ];
    expect(advice).toMatchObject([
      { remedy: `chmod g-w ${homebrew}, or add ${homebrew} to trustedDirs` },
      { remedy: `chmod g-w ${homebrew}, or add ${homebrew} to trustedDirs` },
    ]);
    const trustedDirs = [homebrew];
    expect(await judgePath(path, { purpose, trustedDirs })).toMatchObject({
      remedy: "set allowSymlinkCommand: true on this provider",
    });
    expect(await judgePath(path, { purpose, trustedDirs, allowSymlink: true })).toMatchObject({
      trusted: true,
      realPath: real,
    });
  });
});

describe("a Kubernetes mount", () => {
  /** As the kubelet writes it: a sticky directory everyone may write to, and links into a dated one. */
  async function mount(): Promise<string> {
    const directory = await place(0o3777);
    await writePrivate(join(directory, "..2024_01_01", "token"), "old", 0o400);
    await symlink("..2024_01_01", join(directory, "..data"));
    await symlink(join("..data", "token"), join(directory, "token"));
    return directory;
  }

  async function rotate(directory: string, dated: string): Promise<void> {
    await writePrivate(join(directory, dated, "token"), dated, 0o400);
    await symlink(dated, join(directory, "..data_tmp"));
    await rename(join(directory, "..data_tmp"), join(directory, "..data"));
  }

  test("needs allowSymlink, also where the path names ..data itself", async () => {
    const directory = await mount();
    for (const path of [join(directory, "token"), join(directory, "..data", "token")]) {
      expect(await judgePath(path, secretFile)).toMatchObject({ rule: "symlink" });
      expect(await judgePath(path, { ...secretFile, allowSymlink: true })).toMatchObject({
        realPath: join(directory, "..2024_01_01", "token"),
      });
    }
  });

  test("that is rotated during the walk is walked again", async () => {
    const directory = await mount();
    let rotations = 0;
    const system = {
      ...machine,
      readlink: async (path: string) => {
        const target = await machine.readlink(path);
        if (path.endsWith("..data") && rotations === 0)
          await rotate(directory, `..2024_02_0${(rotations += 1)}`);
        return target;
      },
    };
    const verdict = await judgeOn(system, join(directory, "token"), { ...secretFile, allowSymlink: true });
    expect(verdict).toMatchObject({ realPath: join(directory, "..2024_02_01", "token") });
  });

  test("that is rotated during every walk is refused as changing after three walks", async () => {
    const directory = await mount();
    let followed = 0;
    let rotations = 0;
    const system = {
      ...machine,
      readlink: async (path: string) => {
        const target = await machine.readlink(path);
        if (path === join(directory, "token")) followed += 1;
        else await rotate(directory, `..2024_02_0${(rotations += 1)}`);
        return target;
      },
    };
    const verdict = await judgeOn(system, join(directory, "token"), { ...secretFile, allowSymlink: true });
    expect(verdict).toMatchObject({ rule: "changed", component: join(directory, "token") });
    expect(followed).toBe(3);
  });
});

describe("on Windows", () => {
  const windows = { ...machine, platform: "win32" } as const;

  test("every path is untrusted, and the one way round is named", async () => {
    const path = await writePrivate(join(await place(), "token"), "x");
    expect(await judgeOn(windows, path, secretFile)).toMatchObject({
      rule: "unverifiable",
      remedy: "set allowInsecurePath: true on this provider, for a path you trust",
    });
    expect(await judgeOn(windows, path, { purpose: "private-file" })).toMatchObject({
      remedy: "use a system with POSIX permissions",
    });
  });

  test("allowInsecure accepts the path, and still wants a regular file", async () => {
    const path = await writePrivate(join(await place(), "token"), "x", 0o666);
    expect(await judgeOn(windows, path, { ...secretFile, allowInsecure: true })).toMatchObject(trusted);
    const directory = await judgeOn(windows, join(path, ".."), { ...secretFile, allowInsecure: true });
    expect(directory).toMatchObject({ rule: "not-regular" });
  });
});

describe("a signal", () => {
  test("that is aborted already ends the check with its reason", async () => {
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(judgePath("/etc/hosts", { ...secretFile, signal })).rejects.toBe(reason);
  });

  test("that is never aborted changes nothing", async () => {
    const path = join(await place(), "token");
    await writeFile(path, "x", { mode: 0o600 });
    const { signal } = new AbortController();
    expect(await judgePath(path, { ...secretFile, signal })).toMatchObject(trusted);
  });
});
