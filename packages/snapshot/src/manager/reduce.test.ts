import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { brokenRule, courses } from "../fixtures/reducer-runs.ts";
import { reduce } from "./reduce.ts";
import { INITIAL_STATE, type Effect, type ManagerState } from "./state.ts";

test("whatever happens in whatever order, the rules of the queue, the generations and the notices hold", () => {
  fc.assert(
    fc.property(courses, (course) => {
      expect(brokenRule(reduce, course)).toBeUndefined();
    }),
    { numRuns: 5_000 },
  );
});

test("it is pure: it changes no state that it is given, and answers the same to the same", () => {
  const frozen: typeof reduce = (state, event, options) => {
    const before = JSON.stringify(state);
    const [next, effects] = reduce(Object.freeze(state), Object.freeze(event), Object.freeze(options));
    expect(reduce(state, event, options)).toEqual([next, effects]);
    expect(JSON.stringify(state)).toBe(before);
    return [next, effects];
  };
  fc.assert(
    fc.property(courses, (course) => {
      expect(brokenRule(frozen, course)).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

test("documents that cannot be read count as an attempt only where the attempt was made in the background", () => {
  const after = (trigger: "reload" | "recovery"): unknown => {
    const job = { id: 9, kind: "reload", trigger } as const;
    const running = { job, step: "load", preparations: 0, withdrawn: false } as const;
    const recovery = { attempts: 3, scheduled: trigger === "reload" };
    const state = { ...INITIAL_STATE, phase: "degraded", generation: 1, running, recovery } as const;
    return reduce(state, { type: "step-failed", failure: "invalid" }, { recovers: true })[0].recovery;
  };
  expect(after("reload")).toEqual({ attempts: 3, scheduled: true });
  expect(after("recovery")).toEqual({ attempts: 4, scheduled: true });
});

describe("a reducer that breaks a rule is found, and its failure replays from the seed", () => {
  const changed =
    (change: (effects: readonly Effect[], state: ManagerState) => readonly Effect[]): typeof reduce =>
    (state, event, options) => {
      const [next, effects] = reduce(state, event, options);
      return [next, change(effects, state)];
    };
  const without = (type: Effect["type"]) => changed((effects) => effects.filter((one) => one.type !== type));
  const broken: Record<string, typeof reduce> = {
    "settles nobody": without("settle"),
    "joins nobody": without("join"),
    "publishes nothing": without("publish"),
    "leaves attempts in the background unset": without("schedule-recovery"),
    "tells of a degraded state each time": changed((effects) =>
      effects.map((one) =>
        one.type === "signal" && one.name === "still-failing" ? { ...one, name: "degraded" } : one,
      ),
    ),
    "begins a job beside another": (state, event, options) =>
      event.type === "requested" && state.phase === "healthy"
        ? reduce({ ...state, running: undefined }, event, options)
        : reduce(state, event, options),
  };
  test.each(Object.entries(broken))("one that %s", (_title, reducer) => {
    const property = fc.property(courses, (course) => brokenRule(reducer, course) === undefined);
    const find = (seed: number, path?: string) =>
      fc.check(property, { seed, numRuns: 1_000, ...(path === undefined ? {} : { path }) });
    const [first, second] = [find(7), find(7)];
    expect(first.failed).toBe(true);
    expect(second.counterexample).toEqual(first.counterexample);
    expect(second.counterexamplePath).toBe(first.counterexamplePath);
    const replayed = find(7, first.counterexamplePath ?? "");
    expect(replayed.counterexample).toEqual(first.counterexample);
  });
});
