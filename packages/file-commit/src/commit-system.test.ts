import { spawnSync } from "node:child_process";
import { chmod, chown, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  assertAbsent,
  canary,
  command,
  root,
  run,
  temporaryDirectory,
  testWith,
  writePrivate,
} from "@durar/testing";
import { beforeAll, describe, expect } from "vitest";
import { buildBundle } from "./fixtures/build-bundle.ts";
import { interrupt, stageOf } from "./fixtures/interrupt.ts";
import { layOut, lookAround } from "./fixtures/lay-out.ts";
import type { FileChange } from "./index.ts";

const nobody = 65534;
const mounts = { met: spawnSync("unshare", ["-m", "true"]).status === 0, reason: "needs to mount" };

let bundle: string;
beforeAll(async () => {
  const { path, remove } = await buildBundle();
  bundle = path;
  return remove;
});

const program = `
const [bundle, name, args, user, groups] = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
if (user !== null) {
  process.setgroups(groups);
  process.setgid(user);
  process.setuid(user);
}
require(bundle)[name](...args).then(
  (result) => console.log(JSON.stringify(result)),
  ({ code, message, hint, cause }) => console.log(JSON.stringify({ code, message, hint, cause: cause?.code })),
);`;

interface Options {
  /** Shell commands in a mount namespace of the process's own, before it. */
  readonly setUp?: string;
  /** What stands before the command. */
  readonly prefix?: readonly string[];
  readonly user?: number;
  readonly groups?: readonly number[];
}

/** Calls a function of the bundle in another process; also says what files there are then, as that process sees them. */
async function call(
  name: "commitFiles" | "recoverCommit",
  args: readonly unknown[],
  directory: string,
  { setUp = "", prefix = [], user, groups = [] }: Options = {},
): Promise<Record<string, unknown> & { readonly names: readonly string[] }> {
  const node = [...prefix, process.execPath, "-e", program];
  const script = `${setUp}\n"$@"; cd "$PLACE"; find . -type f -o -name '*.lock' | sort`;
  const shell = ["sh", "-ec", script, "sh", ...node];
  const [first, ...rest] = setUp === "" ? shell : ["unshare", "-m", ...shell];
  const { stdout, stderr } = await run(first!, rest, {
    input: JSON.stringify([bundle, name, args, user ?? null, groups]),
    env: { PATH: process.env["PATH"] ?? "", PLACE: directory },
  });
  expect(stderr).toBe("");
  const [answer = "", ...names] = stdout.trim().split("\n");
  return { ...(JSON.parse(answer) as object), names };
}

/** Two files with the content `old` in directories of their own, and changes of them. */
async function place(owner = 0): Promise<{
  readonly directory: string;
  readonly journal: string;
  readonly paths: readonly [string, string];
  readonly changes: readonly FileChange[];
}> {
  const directory = join(await temporaryDirectory(), "own");
  const paths = [join(directory, "a", "file"), join(directory, "b", "file")] as const;
  for (const path of paths) await chown(await writePrivate(path, "old"), owner, owner);
  for (const made of [directory, join(directory, "a"), join(directory, "b")]) await chown(made, owner, owner);
  const changes = paths.map((path) => ({ path, content: "new", expected: "old" }));
  return { directory, journal: join(directory, "journal"), paths, changes };
}

const names = ["./a/file", "./b/file"];

describe("on a file system", () => {
  testWith(
    mounts,
    "that is full, all files stay as they are, nothing is left, and no error shows content",
    async () => {
      const { directory, journal, paths, changes } = await place();
      const secret = canary();
      const large = [changes[0]!, { ...changes[1]!, content: secret.repeat(3000) }];
      const answer = await call("commitFiles", [large, { journal }], directory, {
        setUp: `mount -t tmpfs -o size=64k tmpfs ${directory}/b; printf old > ${paths[1]}; chmod 600 ${paths[1]}`,
      });
      expect(answer).toMatchObject({
        ...{ code: "COMMIT_FAILED", cause: "ENOSPC", hint: "free some space on the device", names },
        message: `the new content of ${paths[1]} cannot be written beside it (ENOSPC)`,
      });
      assertAbsent(secret, JSON.stringify(answer));
      expect(await readFile(paths[0], "utf8")).toBe("old");
    },
  );

  testWith(mounts, "that is read-only for one of them, nothing is done", async () => {
    const { directory, journal, paths, changes } = await place();
    const setUp = `mount --bind ${directory}/b ${directory}/b; mount -o remount,ro,bind ${directory}/b`;
    expect(await call("commitFiles", [changes, { journal }], directory, { setUp })).toMatchObject({
      ...{ code: "COMMIT_FAILED", cause: "EROFS", hint: "mount the file system writable", names },
    });
    expect(await readFile(paths[0], "utf8")).toBe("old");
  });

  testWith(
    mounts,
    "a file mounted from the same one is refused with all else, before anything is made",
    async () => {
      const { directory, journal, paths, changes } = await place();
      const source = await writePrivate(join(await temporaryDirectory(), "so urce"), "old");
      await chmod(paths[0], 0o400);
      // Were a lock tried, it would fail on this file system.
      const readOnly = `mount --bind ${directory} ${directory}; mount --bind "${source}" ${paths[1]}`;
      const setUp = `${readOnly}; mount -o remount,ro,bind ${directory}`;
      expect(await call("commitFiles", [changes, { journal }], directory, { setUp })).toMatchObject({
        ...{ code: "COMMIT_REFUSED", names },
        message: `${paths[0]} is read-only; ${paths[1]} is a mount point, which cannot be replaced`,
      });
    },
  );

  testWith(mounts, "a directory mounted twice makes one file of two, which is refused", async () => {
    const { directory, journal, paths, changes } = await place();
    const setUp = `mount --bind ${directory}/a ${directory}/b`;
    expect(await call("commitFiles", [changes, { journal }], directory, { setUp })).toMatchObject({
      ...{ code: "COMMIT_REFUSED", hint: "make one change of the two", names },
      message: `there are two changes of ${paths[1]}, which is also ${paths[0]}`,
    });
  });

  testWith(mounts, "that is read-only, a recovery without a journal has nothing to do", async () => {
    const { directory, journal, paths } = await place();
    await writePrivate(stageOf(paths[0]), "stale");
    const setUp = `mount --bind ${directory} ${directory}; mount -o remount,ro,bind ${directory}`;
    const answer = await call("recoverCommit", [{ journal, files: paths }], directory, { setUp });
    expect(answer).toMatchObject({ outcome: "nothing-to-do" });
  });
});

describe("as an ordinary user", () => {
  testWith(root, "files are committed, each with its group where one is in it", async () => {
    const { directory, journal, paths, changes } = await place(nobody);
    await chown(paths[0], nobody, 4242);
    await chmod(paths[0], 0o640);
    const answer = await call("commitFiles", [changes, { journal }], directory, {
      user: nobody,
      groups: [4242],
    });
    expect(answer).toMatchObject({ changedFiles: paths, names });
    const { uid, gid, mode } = await stat(paths[0]);
    expect([uid, gid, mode & 0o777]).toEqual([nobody, 4242, 0o640]);
  });

  testWith(
    root,
    "files whose owner or group cannot be kept are refused together, before anything is made",
    async () => {
      const { directory, journal, paths, changes } = await place(nobody);
      await chown(paths[0], 0, 0);
      await chown(paths[1], nobody, 4242);
      for (const path of paths) await chmod(path, 0o666);
      // Were a lock tried, it would fail.
      for (const name of ["a", "b"]) await chmod(join(directory, name), 0o555);
      expect(await call("commitFiles", [changes, { journal }], directory, { user: nobody })).toMatchObject({
        ...{ code: "COMMIT_REFUSED", names },
        message: [
          `${paths[0]} belongs to user 0 and group 0, which this process cannot keep`,
          `${paths[1]} belongs to user ${nobody} and group 4242, which this process cannot keep`,
        ].join("; "),
      });
    },
  );

  testWith(root, "a group of the directory's that new files get is kept", async () => {
    const { directory, journal, paths, changes } = await place(nobody);
    await chown(paths[0], nobody, 4242);
    await chown(join(directory, "a"), nobody, 4242);
    await chmod(join(directory, "a"), 0o2755);
    expect(await call("commitFiles", [changes, { journal }], directory, { user: nobody })).toMatchObject({
      ...{ changedFiles: paths, names },
    });
    expect((await stat(paths[0])).gid).toBe(4242);
  });

  testWith(
    root,
    "a directory that one may not write to any more is one clear error, and all files are old",
    async () => {
      const { directory, journal, paths, changes } = await place(nobody);
      await chmod(join(directory, "b"), 0o555);
      expect(await call("commitFiles", [changes, { journal }], directory, { user: nobody })).toMatchObject({
        ...{ code: "COMMIT_FAILED", cause: "EACCES", names },
        message: `the lock ${paths[1]}.lock cannot be made (EACCES)`,
        hint: "let this user read the file and write to its directory",
      });
      expect(await readFile(paths[0], "utf8")).toBe("old");
    },
  );

  testWith(root, "root's interrupted commit is not recovered, and it is said whose it is", async () => {
    const laidOut = await layOut(1);
    const { directory, journal, files } = laidOut;
    await interrupt(laidOut);
    await chown(directory, nobody, nobody);
    const left = await lookAround(directory);
    const answer = await call("recoverCommit", [{ journal, files }], directory, { user: nobody });
    expect(answer).toMatchObject({
      code: "APPLY_RECOVERY_CONFLICT",
      message: expect.stringContaining(
        `the journal ${journal} cannot be trusted: ${journal} cannot be`,
      ) as string,
    });
    expect(await lookAround(directory)).toEqual(left);
  });
});

const setpriv = { met: root.met && command("setpriv").met, reason: "needs to run as root, and setpriv" };
testWith(
  setpriv,
  "root without the right to give files away is refused another's file before anything is made",
  async () => {
    const { directory, journal, paths, changes } = await place();
    await chown(paths[1], nobody, nobody);
    const prefix = ["setpriv", "--inh-caps=-chown", "--bounding-set=-chown"];
    const answer = await call("commitFiles", [changes, { journal }], directory, { prefix });
    // The prediction, not what the kernel answers when a stage is there.
    expect(answer).not.toHaveProperty("cause");
    expect(answer).toMatchObject({
      ...{ code: "COMMIT_REFUSED", names },
      message: `${paths[1]} belongs to user ${nobody} and group ${nobody}, which this process cannot keep`,
    });
  },
);
