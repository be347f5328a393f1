import { existsSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { assertAbsent, type Fault } from "@durar/testing";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { buildBundle } from "./fixtures/build-bundle.ts";
import { ageLocks, foresee, layOut, lookAround, openStages, type LaidOut } from "./fixtures/lay-out.ts";
import { forEachStep, runFaulty } from "./fixtures/run-faulty.ts";
import { recoverCommit } from "./index.ts";

// Some hundred processes are started, which takes long on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

let bundle: string;
beforeAll(async () => {
  const { path, remove } = await buildBundle();
  bundle = path;
  return remove;
});

/** A commit in a process of its own, as far as it came. */
async function commit(laidOut: LaidOut, fault: Fault): Promise<readonly string[]> {
  const { changes, journal, directory } = laidOut;
  const ended = await runFaulty(bundle, "commitFiles", [changes, { journal }], fault);
  expect(ended.killed).toBe(fault.kill !== undefined);
  await assertNothingShows(laidOut, ended.printed);
  await ageLocks(directory);
  return ended.steps;
}

async function assertNothingShows({ directory, journal, secrets }: LaidOut, printed: string): Promise<void> {
  assertAbsent(secrets, printed + (existsSync(journal) ? readFileSync(journal, "utf8") : ""));
  expect(await openStages(directory)).toEqual([]);
}

/** A layout, what it looks like, and what it will when the commit is done. */
async function prepare(count: number): Promise<readonly [LaidOut, before: unknown, after: unknown]> {
  const laidOut = await layOut(count);
  return [laidOut, await lookAround(laidOut.directory), await foresee(laidOut)];
}

describe.each([1, 3, 12])("a commit of %i files, killed before any of its steps", (count) => {
  test("is recovered to all old files or all new ones, each as it was but for its content, and nothing is left", async () => {
    const steps = await commit(await layOut(count), {});
    const journaled = new Set<boolean>();
    await forEachStep([1, steps.length], async (kill) => {
      const [laidOut, before, after] = await prepare(count);
      const { directory, journal, files, realPaths } = laidOut;
      await commit(laidOut, { kill });
      const begun = existsSync(journal);
      journaled.add(begun);
      expect(await recoverCommit({ journal, files })).toEqual({
        outcome: begun ? "completed" : "nothing-to-do",
        changedFiles: begun ? realPaths : [],
      });
      const now = await lookAround(directory);
      if (begun) expect(now).toEqual(after);
      else expect([before, after]).toContainEqual(now);
    });
    expect(journaled.size).toBe(2);
  });
});

test("a recovery, killed before any of its steps, is recovered in turn", async () => {
  const { journaled } = await milestones();
  await killRecoveries({ kill: journaled + 1 }, "after");
});

describe("a commit that fails and is killed on its way back", () => {
  /** What a recovery finds after a kill at each step of the way back. */
  async function killOnWayBack(failing: number): Promise<readonly string[]> {
    const fail = [failing];
    const steps = await commit(await layOut(3), { fail });
    const outcomes = new Set<string>();
    await forEachStep([failing + 1, steps.length], async (kill) => {
      const [laidOut, before, after] = await prepare(3);
      const { directory, journal, files } = laidOut;
      await commit(laidOut, { fail, kill });
      const { outcome } = await recoverCommit({ journal, files });
      const now = await lookAround(directory);
      expect([before, after]).toContainEqual(now);
      outcomes.add(`${outcome}, ${isDeepStrictEqual(now, before) ? "old" : "new"}`);
    });
    return [...outcomes].sort();
  }

  test("before its first rename, is recovered to all new files, or is undone", async () => {
    const { firstRename } = await milestones();
    expect(await killOnWayBack(firstRename)).toEqual(["completed, new", "nothing-to-do, old"]);
  });

  test("at its last rename, is recovered in the direction of the journal it left", async () => {
    const { lastRename } = await milestones();
    expect(await killOnWayBack(lastRename)).toEqual([
      ...["completed, new", "completed, old", "nothing-to-do, old"],
    ]);
  });

  test("is recovered by a recovery that is itself killed before any of its steps", async () => {
    const { lastRename } = await milestones();
    const fail = [lastRename];
    const steps = await commit(await layOut(3), { fail });
    await killRecoveries({ fail, kill: 1 + steps.lastIndexOf("rename journal") + 1 }, "before");
  });
});

/** The steps of a commit of three files that put the journal in place, and rename the first and the last file. */
async function milestones(): Promise<Record<"journaled" | "firstRename" | "lastRename", number>> {
  const steps = await commit(await layOut(3), {});
  const [journaled, firstRename, , lastRename] = steps.flatMap((step, index) =>
    step.startsWith("rename ") ? [index + 1] : [],
  );
  return { journaled: journaled!, firstRename: firstRename!, lastRename: lastRename! };
}

/** Kills the recovery of a commit with this fault at each step, and recovers again. */
async function killRecoveries(fault: Fault, wanted: "before" | "after"): Promise<void> {
  const recover = async ({ journal, files }: LaidOut, inRecovery: Fault): ReturnType<typeof runFaulty> =>
    runFaulty(bundle, "recoverCommit", [{ journal, files }], inRecovery);
  const whole = await layOut(3);
  await commit(whole, fault);
  const { steps } = await recover(whole, {});
  await forEachStep([1, steps.length], async (kill) => {
    const [laidOut, before, after] = await prepare(3);
    await commit(laidOut, fault);
    const { killed, printed } = await recover(laidOut, { kill });
    expect(killed).toBe(true);
    await assertNothingShows(laidOut, printed);
    await ageLocks(laidOut.directory);
    await recoverCommit(laidOut);
    expect(await lookAround(laidOut.directory)).toEqual(wanted === "before" ? before : after);
  });
}
