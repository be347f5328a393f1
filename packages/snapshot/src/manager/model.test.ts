import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bothSides, closing, commands } from "../fixtures/manager-commands.ts";
import { ManagerWorld } from "../fixtures/manager-world.ts";
import { createSecretsManager, SNAPSHOT_NOTICES, type Inputs } from "../index.ts";

/**
 * Any course of what is asked for, how steps end and who leaves; some with a close on the way.
 *
 * @param replayPath which commands a failure came down to, to run just these
 */
function coursesOf(replayPath?: string) {
  const size = {
    maxCommands: 100,
    size: "max",
    ...(replayPath === undefined ? {} : { replayPath }),
  } as const;
  return fc.oneof(
    { weight: 4, arbitrary: fc.commands([...commands], size) },
    { weight: 1, arbitrary: fc.commands([...commands, closing], size) },
  );
}
const isStarted = fc.oneof(
  { weight: 4, arbitrary: fc.constant(true) },
  { weight: 1, arbitrary: fc.constant(false) },
);

/** A manager does what a simple model of it does. @param ended told of each world that has come to its end */
function agrees(
  create: typeof createSecretsManager,
  ended: (world: ManagerWorld) => void,
  replayPath?: string,
) {
  return fc.asyncProperty(coursesOf(replayPath), isStarted, async (course, started) => {
    const world = new ManagerWorld(create);
    try {
      const model = await bothSides(world, started);
      await fc.asyncModelRun(() => ({ model, real: world }), course);
    } finally {
      world.manager.close();
      await world.endAll();
    }
    ended(world);
  });
}

test("a manager does what a simple model of it does, whatever is asked, fails, changes or is given up", async () => {
  const heard = new Map<string, number>();
  const property = agrees(createSecretsManager, ({ admitted, notices }) => {
    for (const { published, abandoned } of admitted) expect(published + abandoned).toBe(1);
    for (const code of notices) heard.set(code, (heard.get(code) ?? 0) + 1);
  });
  await fc.assert(property, { numRuns: 2_000 });
  // The courses lead everywhere, and often.
  for (const code of Object.keys(SNAPSHOT_NOTICES).filter((one) => one !== "SECRETS_CONSUMER_FAILED"))
    expect(heard.get(code), code).toBeGreaterThan(50);
}, 120_000);

describe("a manager that breaks a rule is found, and its failure replays from the seed", () => {
  const broken: Record<string, typeof createSecretsManager> = {
    "activates what was on disk before": (options) => {
      let last: Inputs | undefined;
      const load = async (signal: AbortSignal): Promise<Inputs> => {
        const before = last;
        last = await options.load(signal);
        return before ?? last;
      };
      return createSecretsManager({ ...options, load });
    },
    "tells nobody that it has recovered": (options) => {
      const manager = createSecretsManager(options);
      const onNotice = manager.onNotice.bind(manager);
      manager.onNotice = (listener) =>
        onNotice((notice) => notice.code === "SECRETS_RELOADER_RECOVERED" || listener(notice));
      return manager;
    },
    "takes a preflight for an attempt at what is on disk": (options) => {
      const manager = createSecretsManager(options);
      manager.preflight = (_build, call) => manager.check(call);
      return manager;
    },
  };

  test.each(Object.entries(broken))(
    "one that %s",
    async (_title, create) => {
      const find = (path?: string, replayPath?: string) =>
        fc.check(
          agrees(create, () => undefined, replayPath),
          { seed: 7, numRuns: 2_000, ...(path === undefined ? {} : { path }) },
        );
      const found = await find();
      expect(found.failed).toBe(true);
      const [course] = found.counterexample ?? [];
      const [, replayPath] = /replayPath="([^"]+)"/.exec(fc.stringify(course)) ?? [];
      const replayed = await find(found.counterexamplePath ?? "", replayPath);
      expect(fc.stringify(replayed.counterexample)).toBe(fc.stringify(found.counterexample));
      expect(replayed.numRuns).toBe(1);
    },
    120_000,
  );
});
