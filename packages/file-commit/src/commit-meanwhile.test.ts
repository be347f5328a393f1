import { chmodSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { buildBundle } from "./fixtures/build-bundle.ts";
import { ageLocks, foresee, layOut, lookAround, type LaidOut } from "./fixtures/lay-out.ts";
import { commitStopped, runFaulty } from "./fixtures/run-faulty.ts";
import { recoverCommit, replaceFile } from "./index.ts";

let bundle: string;
beforeAll(async () => {
  const { path, remove } = await buildBundle();
  bundle = path;
  return remove;
});

/** Commits three files in a process that is stopped before a step of this name, the last one of several. */
async function commitAnd(
  laidOut: LaidOut,
  stepName: RegExp,
  meanwhile: () => Promise<void> | void,
): Promise<string | undefined> {
  const spare = await layOut(3);
  const { steps } = await runFaulty(bundle, "commitFiles", [spare.changes, { journal: spare.journal }]);
  const stop = 1 + steps.findLastIndex((step) => stepName.test(step));
  expect(stop).toBeGreaterThan(0);
  const args = [laidOut.changes, { journal: laidOut.journal }];
  return commitStopped(bundle, args, stop, async () => meanwhile());
}

const beforeLastRename = /^rename 2\.json$/;

describe("what others do while a commit is going on", () => {
  test("to a file, without its lock, before the journal, is not overwritten", async () => {
    const laidOut = await layOut(3);
    const code = await commitAnd(laidOut, /^open \.2\.json/, () =>
      writeFileSync(laidOut.realPaths[0]!, "edited"),
    );
    expect(code).toBe("COMMIT_CONFLICT");
    expect(await readFile(laidOut.realPaths[0]!, "utf8")).toBe("edited");
    expect(await readFile(laidOut.realPaths[1]!, "utf8")).toBe(laidOut.changes[1]!.expected);
  });

  test("to a file, without its lock, after the first rename, is not overwritten, and the others are as before", async () => {
    const laidOut = await layOut(3);
    const { directory, realPaths } = laidOut;
    const before = await lookAround(directory);
    const code = await commitAnd(laidOut, /^rename 1\.real$/, () => writeFileSync(realPaths[2]!, "mine"));
    expect(code).toBe("COMMIT_CONFLICT");
    const { "c/2.json": now, ...others } = await lookAround(directory);
    expect(now).toContain("mine");
    expect(others).toEqual(before);
  });

  test("to the mode, after the journal, is not undone", async () => {
    const laidOut = await layOut(3);
    const code = await commitAnd(laidOut, /^rename journal$/, () => chmodSync(laidOut.realPaths[0]!, 0o600));
    expect(code).toBe(undefined);
    const now = await lookAround(laidOut.directory);
    expect(now["a/0.json"]).toMatch(/^0600 /);
  });

  test("to a lock, before the journal, stops it", async () => {
    const laidOut = await layOut(3);
    const before = await lookAround(laidOut.directory);
    const lock = `${laidOut.realPaths[0]}.lock`;
    const code = await commitAnd(laidOut, /^open \.2\.json/, () => {
      rmdirSync(lock);
      mkdirSync(lock);
    });
    expect(code).toBe("COMMIT_LOCK_LOST");
    rmdirSync(lock);
    expect(await lookAround(laidOut.directory)).toEqual(before);
  });
});

test("a lock that is taken over after the journal stops a commit, and a recovery finishes it", async () => {
  const laidOut = await layOut(3);
  const { directory, journal, files, realPaths, changes } = laidOut;
  const after = await foresee(laidOut);
  const lock = `${realPaths[1]}.lock`;
  const code = await commitAnd(laidOut, /^rename 0\.json$/, () => {
    rmdirSync(lock);
    mkdirSync(lock);
  });
  expect(code).toBe("COMMIT_INTERRUPTED");
  expect(await readFile(realPaths[1]!, "utf8")).toBe(changes[1]!.expected);
  rmdirSync(lock);
  await recoverCommit({ journal, files });
  expect(await lookAround(directory)).toEqual(after);
});

describe("a process that was taken for dead and wakes up", () => {
  test("before its journal, finds its lock taken over and changes nothing", async () => {
    const laidOut = await layOut(3);
    const { directory, realPaths, changes } = laidOut;
    const before = await lookAround(directory);
    const code = await commitAnd(laidOut, /^open \.journal/, async () => {
      await ageLocks(directory);
      await replaceFile(realPaths[0]!, { content: "mine", expected: changes[0]!.expected });
    });
    expect(code).toBe("COMMIT_CONFLICT");
    const now = await lookAround(directory);
    expect(now["a/0.json"]).toContain("mine");
    expect({ ...now, "a/0.json": before["a/0.json"] }).toEqual(before);
  });

  test("after its journal, finds the commit finished, undoes nothing and leaves its successor's journal", async () => {
    const laidOut = await layOut(3);
    const { directory, journal, files, realPaths } = laidOut;
    const after = await foresee(laidOut);
    const code = await commitAnd(laidOut, beforeLastRename, async () => {
      await ageLocks(directory);
      expect(await recoverCommit({ journal, files })).toEqual({
        outcome: "completed",
        changedFiles: realPaths,
      });
      writeFileSync(journal, "a later commit's");
    });
    expect(code).toBe("COMMIT_INTERRUPTED");
    const { journal: left, ...now } = await lookAround(directory);
    expect(now).toEqual(after);
    expect(left).toContain("a later commit's");
  });
});
