import { spawnSync } from "node:child_process";
import { chmod, chown, mkdir, open, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assertAbsent, canary, root, run, temporaryDirectory, testWith, writePrivate } from "@durar/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { buildBundle } from "./fixtures/build-bundle.ts";
import { syncDirectory } from "./sync-directory.ts";

const nobody = 65534;
const mounts = { met: spawnSync("unshare", ["-m", "true"]).status === 0, reason: "needs to mount" };

let bundle: string;
beforeAll(async () => {
  const { path, remove } = await buildBundle();
  bundle = path;
  return remove;
});

const program = `
const [bundle, path, content, user, groups] = JSON.parse(process.argv[1]);
if (user !== undefined && user !== null) {
  process.setgroups(groups);
  process.setgid(user);
  process.setuid(user);
}
const { replaceFile } = require(bundle);
replaceFile(path, { expected: "old", content }).then(
  (replaced) => console.log(JSON.stringify(replaced)),
  ({ code, message, hint, cause }) => console.log(JSON.stringify({ code, message, hint, cause: cause?.code })),
);`;

/** Replaces in another process: after these shell commands in a mount namespace of its own, or as this user. */
async function replace(
  path: string,
  { setUp, user, groups = [], content = "new" }: Options,
): Promise<Record<string, unknown>> {
  const given = JSON.stringify([bundle, path, content, user ?? null, groups]);
  const node = [process.execPath, "-e", program, given] as const;
  const { stdout, stderr } =
    setUp === undefined
      ? await run(node[0], node.slice(1))
      : await run("unshare", ["-m", "sh", "-ec", `${setUp}; shift 0; "$@"; ls -A "$PLACE"`, "sh", ...node], {
          env: { PATH: process.env["PATH"] ?? "", PLACE: join(path, "..") },
        });
  expect(stderr).toBe("");
  const [answer = "", ...names] = stdout.trim().split("\n");
  return { ...(JSON.parse(answer) as object), names };
}

interface Options {
  readonly setUp?: string;
  readonly user?: number;
  readonly groups?: readonly number[];
  readonly content?: string;
}

describe("on a file system", () => {
  testWith(
    mounts,
    "that is full, the file stays as it is, nothing is left, and no error shows content",
    async () => {
      const directory = await temporaryDirectory();
      const path = join(directory, "config.json");
      const secret = canary();
      const answer = await replace(path, {
        setUp: `mount -t tmpfs -o size=64k tmpfs ${directory}; printf old > ${path}; chmod 600 ${path}`,
        content: secret.repeat(3000),
      });
      expect(answer).toMatchObject({
        ...{ code: "COMMIT_FAILED", cause: "ENOSPC", names: ["config.json"] },
        message: `the new content of ${path} cannot be written beside it (ENOSPC)`,
        hint: "free some space on the device",
      });
      assertAbsent(secret, JSON.stringify(answer));
    },
  );

  testWith(mounts, "that is read-only, nothing can be done", async () => {
    const path = await writePrivate(join(await temporaryDirectory(), "config.json"), "old");
    const directory = join(path, "..");
    const setUp = `mount --bind ${directory} ${directory}; mount -o remount,ro,bind ${directory}`;
    expect(await replace(path, { setUp })).toMatchObject({
      ...{ code: "COMMIT_FAILED", cause: "EROFS", hint: "mount the file system writable" },
      names: ["config.json"],
    });
  });

  testWith(mounts, "a file mounted from another one is refused before anything is written", async () => {
    const path = await writePrivate(join(await temporaryDirectory(), "config.json"), "old");
    const directory = join(path, "..");
    const other = await temporaryDirectory();
    const setUp = [
      `mount -t tmpfs tmpfs ${other}; printf old > ${other}/a; mount --bind ${directory} ${directory}`,
      `mount --bind ${other}/a ${path}; mount -o remount,ro,bind ${directory}`,
    ].join("; ");
    expect(await replace(path, { setUp })).toMatchObject({
      ...{ code: "COMMIT_REFUSED", message: `${path} is a mount point, which cannot be replaced` },
      ...{ hint: "mount its directory instead of the file", names: ["config.json"] },
    });
  });

  testWith(mounts, "a file mounted from the same one is refused, and the stage removed", async () => {
    const path = await writePrivate(join(await temporaryDirectory(), "config.json"), "old");
    const source = await writePrivate(join(await temporaryDirectory(), "source"), "old");
    expect(await replace(path, { setUp: `mount --bind ${source} ${path}` })).toMatchObject({
      ...{ code: "COMMIT_REFUSED", message: `${path} is a mount point, which cannot be replaced` },
      ...{ hint: "mount its directory instead of the file", names: ["config.json"] },
    });
    expect([await readFile(path, "utf8"), await readFile(source, "utf8")]).toEqual(["old", "old"]);
  });
});

describe("as an ordinary user", () => {
  /** A file in a directory of this user's. */
  async function fileOf(owner: number, group: number, mode = 0o600): Promise<string> {
    const directory = join(await temporaryDirectory(), "own");
    await mkdir(directory);
    const path = await writePrivate(join(directory, "config.json"), "old", mode);
    await chown(path, owner, group);
    await chown(directory, nobody, nobody);
    return path;
  }

  testWith(root, "a file of one's own is replaced, its group kept where one is in it", async () => {
    const path = await fileOf(nobody, 4242, 0o640);
    expect(await replace(path, { user: nobody, groups: [4242] })).toMatchObject({ changed: true });
    const { uid, gid, mode } = await stat(path);
    expect([uid, gid, mode & 0o777]).toEqual([nobody, 4242, 0o640]);
  });

  testWith(root, "a file whose owner or group cannot be kept is refused", async () => {
    for (const [owner, group] of [
      [0, 0],
      [nobody, 4242],
    ] as const) {
      const path = await fileOf(owner, group, 0o666);
      expect(await replace(path, { user: nobody })).toMatchObject({
        ...{ code: "COMMIT_REFUSED", cause: "EPERM" },
        message: `${path} belongs to user ${owner} and group ${group}, which this process cannot keep`,
        hint: `run as user ${owner}, or give the file to user ${nobody} and group ${nobody} (chown)`,
      });
      expect(await readdir(join(path, ".."))).toEqual(["config.json"]);
      expect(await readFile(path, "utf8")).toBe("old");
    }
  });

  testWith(root, "a directory that one may not write to is a failure", async () => {
    const path = await fileOf(nobody, nobody);
    await chmod(join(path, ".."), 0o555);
    expect(await replace(path, { user: nobody })).toMatchObject({
      ...{ code: "COMMIT_FAILED", cause: "EACCES" },
      message: `the lock ${path}.lock cannot be made (EACCES)`,
      hint: "let this user read the file and write to its directory",
    });
  });

  testWith(root, "a file that one may not read is a failure", async () => {
    const path = await fileOf(0, 0);
    expect(await replace(path, { user: nobody })).toMatchObject({
      ...{ code: "COMMIT_FAILED", message: `${path} cannot be read (EACCES)` },
    });
  });

  testWith(
    root,
    "a directory that one may write to and not list is a failure, with nothing left",
    async () => {
      const path = await fileOf(nobody, nobody);
      await chmod(join(path, ".."), 0o300);
      expect(await replace(path, { user: nobody })).toMatchObject({
        ...{ code: "COMMIT_FAILED", message: `the directory of ${path} cannot be opened (EACCES)` },
      });
      expect(await readdir(join(path, ".."))).toEqual(["config.json"]);
    },
  );
});

test("a directory that cannot be synced after the replacement is told apart", async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, "config.json"), "new");
  const handle = await open(directory, "r");
  await handle.close();
  await expect(syncDirectory(handle, join(directory, "config.json"))).rejects.toMatchObject({
    ...{ code: "COMMIT_UNSYNCED", kind: "unavailable" },
    message: `${join(directory, "config.json")} was replaced, but its directory could not be synced (EBADF)`,
  });
});
