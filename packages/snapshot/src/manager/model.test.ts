import fc from "fast-check";
import { expect, test } from "vitest";
import { bothSides, closing, commands } from "../fixtures/manager-commands.ts";
import { ManagerWorld } from "../fixtures/manager-world.ts";
import { SNAPSHOT_NOTICES } from "../notices.ts";

const size = { maxCommands: 100, size: "max" } as const;
/** Any course of what is asked for, how steps end and who leaves; some with a close on the way. */
const courses = fc.oneof(
  { weight: 4, arbitrary: fc.commands([...commands], size) },
  { weight: 1, arbitrary: fc.commands([...commands, closing], size) },
);
const isStarted = fc.oneof(
  { weight: 4, arbitrary: fc.constant(true) },
  { weight: 1, arbitrary: fc.constant(false) },
);

test("a manager does what a simple model of it does, whatever is asked, fails, changes or is given up", async () => {
  const heard = new Map<string, number>();
  const property = fc.asyncProperty(courses, isStarted, async (course, started) => {
    const world = new ManagerWorld();
    try {
      const model = await bothSides(world, started);
      await fc.asyncModelRun(() => ({ model, real: world }), course);
    } finally {
      world.manager.close();
      await world.endAll();
    }
    for (const { published, abandoned } of world.admitted) expect(published + abandoned).toBe(1);
    for (const code of world.notices) heard.set(code, (heard.get(code) ?? 0) + 1);
  });
  await fc.assert(property, { numRuns: 2_000 });
  // The courses lead everywhere, and often.
  for (const code of Object.keys(SNAPSHOT_NOTICES).filter((one) => one !== "SECRETS_CONSUMER_FAILED"))
    expect(heard.get(code), code).toBeGreaterThan(50);
}, 120_000);
