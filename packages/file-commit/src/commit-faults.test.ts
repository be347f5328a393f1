import { isDeepStrictEqual } from "node:util";
import { assertAbsent, type Fault } from "@durar/testing";
import { beforeAll, expect, test, vi } from "vitest";
import { buildBundle } from "./fixtures/build-bundle.ts";
import { ageLocks, foresee, layOut, lookAround } from "./fixtures/lay-out.ts";
import { forEachStep, runFaulty, type Ended } from "./fixtures/run-faulty.ts";
import { recoverCommit } from "./index.ts";

// Some hundred processes are started, which takes long on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

let bundle: string;
beforeAll(async () => {
  const { path, remove } = await buildBundle();
  bundle = path;
  return remove;
});

type State = "old" | "new" | "between";

interface Tried {
  readonly ended: Ended;
  /** What is there when the commit has ended, and after a recovery without a fault. */
  readonly state: State;
  readonly recovered: State;
}

/** Commits three files with a fault, and recovers. */
async function commitWith(fault: Fault): Promise<Tried> {
  const laidOut = await layOut(3);
  const { directory, changes, journal, files, secrets } = laidOut;
  const [before, after] = [await lookAround(directory), await foresee(laidOut)];
  const look = async (): Promise<State> => {
    const now = await lookAround(directory);
    if (isDeepStrictEqual(now, before)) return "old";
    return isDeepStrictEqual(now, after) ? "new" : "between";
  };
  const ended = await runFaulty(bundle, "commitFiles", [changes, { journal }], fault);
  assertAbsent(secrets, ended.printed);
  const state = await look();
  await ageLocks(directory);
  await recoverCommit({ journal, files });
  return { ended, state, recovered: await look() };
}

test("where one step fails, all files are old and one error says why, up to the end of the journal", async () => {
  const { steps } = (await commitWith({})).ended;
  const end = 1 + steps.indexOf("unlink journal");
  await forEachStep([1, steps.length], async (step) => {
    const { ended, state, recovered } = await commitWith({ fail: [step] });
    if (step < end) {
      expect(ended.error).toMatchObject({
        code: "COMMIT_FAILED",
        message: expect.stringMatching(/^.+ \(EIO\)$/) as string,
      });
      expect([state, recovered]).toEqual(["old", "old"]);
      return;
    }
    // What fails later is the journal's removal, its sync, and the return of the locks, which somebody else can do.
    const code = ["COMMIT_INTERRUPTED", "COMMIT_UNSYNCED"][step - end];
    expect([ended.error?.code, recovered]).toEqual([code, "new"]);
  });
});

test("where the way back fails too, the journal stays and the error names both reasons", async () => {
  const { steps } = (await commitWith({})).ended;
  const lastRename = 1 + steps.findLastIndex((step) => step.startsWith("rename "));
  const { steps: withWayBack } = (await commitWith({ fail: [lastRename] })).ended;
  const codes = new Set<string | undefined>();
  await forEachStep([lastRename + 1, withWayBack.length], async (step) => {
    const { ended, state, recovered } = await commitWith({ fail: [lastRename, step] });
    codes.add(ended.error?.code);
    if (ended.error?.code === "COMMIT_INTERRUPTED") {
      expect(ended.error.message).toMatch(
        /^the commit failed \(.+ \(EIO\)\) and could not be undone \(.+ \(EIO\)\)$/,
      );
      expect(state).toBe("between");
    } else expect(ended.error?.message).toMatch(/2\.json cannot be replaced \(EIO\)$/);
    expect(recovered).not.toBe("between");
  });
  expect([...codes].sort()).toEqual(["COMMIT_FAILED", "COMMIT_INTERRUPTED"]);
});

test("a disk that fails from any step on leaves what a recovery makes all old or all new", async () => {
  const { steps } = (await commitWith({})).ended;
  const recoveries = new Set<State>();
  await forEachStep([1, steps.length], async (failFrom) => {
    const { ended, recovered } = await commitWith({ failFrom });
    expect(ended.error?.code ?? "none").toMatch(/^(COMMIT_FAILED|COMMIT_INTERRUPTED|COMMIT_UNSYNCED|none)$/);
    recoveries.add(recovered);
  });
  expect([...recoveries].sort()).toEqual(["new", "old"]);
});
