import { describe, expect, test } from "vitest";
import {
  defineSurface,
  formatPath,
  settleGroup,
  surveySurface,
  type FirstOfGroup,
  type GroupCandidate,
  type Place,
  type SurfaceContext,
} from "./index.ts";

const names = ["one", "two", "three", "four"];
const targets = [...names, "spare"].map((name) => ({ id: `maps.${name}.key` }));

/** A candidate for each name, in order; one without a key is available when its variable is set. */
function candidate(name: string, { placesOf, environment }: SurfaceContext): GroupCandidate {
  const [place] = placesOf(`maps.${name}.key`);
  const variable = (environment[name.toUpperCase()] ?? "") !== "";
  return { name, place, available: place === undefined ? variable : place.input.kind === "plaintext" };
}

/** Map services of which one is used: the one that `maps.use` names, else the first that yields a key. */
const group: FirstOfGroup = {
  id: "maps",
  targets: targets.map(({ id }) => id),
  unresolvedCode: "MAPS_KEY_UNRESOLVED",
  rank: (context) => {
    const { use } = (context.config as { maps: { use?: string } }).maps;
    if (use === "none") return { mode: "off", reason: "maps.use is none", candidates: [] };
    const [spare] = context.placesOf("maps.spare.key");
    const excluded = new Map(spare === undefined ? [] : [[spare, "maps.spare is never used"]]);
    if (use !== undefined)
      return { mode: "one", reason: `maps.use is ${use}`, candidates: [candidate(use, context)], excluded };
    const candidates = names.map((name) => candidate(name, context));
    return { mode: "first", reason: "maps.use is not set", candidates, excluded };
  },
};

const surface = defineSurface(targets, { groups: [group] });
const ref = { source: "exec", provider: "vault", id: "key" };

/** Surveys the services' keys and settles the group, where the refs at the named places resolve. */
function settle(
  keys: Readonly<Record<string, unknown>>,
  options: { use?: string; resolved?: readonly string[]; environment?: Record<string, string> } = {},
) {
  const { use, resolved = [], environment = {} } = options;
  const services = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, { key }]));
  const config = { maps: { ...(use === undefined ? {} : { use }), ...services } };
  const { entries, groups, warnings } = surveySurface(surface, {
    stores: [{ kind: "config", value: config }],
    environment,
  });
  const [surveyed] = groups;
  if (surveyed === undefined) throw new Error("no group");
  const settled = settleGroup(surveyed, ({ path }) => resolved.includes(path[1] ?? ""));
  const nameOf = ({ path }: Place): string => path[1] ?? "";
  return {
    /** What joins the one resolution pass: `name`, or `name?` where it may fail. */
    asked: entries.flatMap(({ place, activity, optional }) =>
      activity.active ? [`${nameOf(place)}${optional ? "?" : ""}`] : [],
    ),
    winner: settled.winner,
    failed: settled.failed.map(nameOf),
    reasons: Object.fromEntries(
      entries.map(({ place, activity }) => {
        const last = settled.entries.get(place)?.activity ?? activity;
        return [nameOf(place), `${last.active ? "on" : "off"}: ${last.reason}`];
      }),
    ),
    warnings: [...warnings, ...settled.warnings].map(
      ({ code, path, message }) => `${code} ${formatPath(path ?? [])}: ${message}`,
    ),
  };
}

const ignored = (name: string, why: string): string =>
  `SECRETS_REF_IGNORED_INACTIVE_SURFACE maps.${name}.key: the ref at maps.${name}.key is ignored: ${why}`;

describe("a group that takes the first", () => {
  test("asks for every ref up to the first candidate that is sure, and for none after it", () => {
    const outcome = settle(
      { one: ref, two: "${TWO}", three: "plain", four: ref },
      { resolved: ["one", "two"] },
    );
    expect(outcome.asked).toEqual(["one?", "two?", "three"]);
    expect(outcome.winner).toBe("one");
    expect(outcome.reasons).toEqual({
      one: "on: maps.use is not set",
      two: "off: one takes precedence (maps.use is not set)",
      three: "off: one takes precedence (maps.use is not set)",
      four: "off: one takes precedence (maps.use is not set)",
    });
    expect(outcome.failed).toEqual([]);
  });

  test("names every ref that another made superfluous, and the one that won", () => {
    const { warnings } = settle(
      { one: ref, two: "${TWO}", three: "plain", four: ref },
      { resolved: ["one"] },
    );
    expect(warnings).toEqual([
      ignored("two", "one takes precedence (maps.use is not set)"),
      ignored("four", "one takes precedence (maps.use is not set)"),
    ]);
  });

  test("warns of each ref that failed before another won", () => {
    const { winner, warnings, failed } = settle({ one: ref, two: ref, three: ref }, { resolved: ["three"] });
    expect(winner).toBe("three");
    expect(failed).toEqual([]);
    expect(warnings).toEqual([
      "MAPS_KEY_UNRESOLVED maps.one.key: one was passed over because maps.one.key did not resolve; three is used",
      "MAPS_KEY_UNRESOLVED maps.two.key: two was passed over because maps.two.key did not resolve; three is used",
    ]);
  });

  test("fails with every ref where refs are configured and nothing yields a value", () => {
    expect(settle({ two: ref, four: ref })).toMatchObject({
      asked: ["two?", "four?"],
      winner: undefined,
      failed: ["two", "four"],
      warnings: [],
    });
  });

  test("does not let a service's own variable replace its failed ref", () => {
    const environment = { ONE: "set" };
    expect(settle({ one: ref }, { environment })).toMatchObject({ winner: undefined, failed: ["one"] });
  });

  test("takes a variable where no key is configured, after the refs before it", () => {
    const environment = { TWO: "set" };
    expect(settle({ one: ref, three: ref }, { environment })).toMatchObject({
      asked: ["one?"],
      winner: "two",
    });
    expect(settle({ one: ref, three: ref }, { environment, resolved: ["one"] }).winner).toBe("one");
  });

  test("has no winner and no failure where nothing is configured", () => {
    expect(settle({})).toMatchObject({ asked: [], winner: undefined, failed: [], warnings: [] });
  });

  test("gives a place that is no candidate its own reason", () => {
    const { reasons, warnings } = settle({ one: "plain", spare: ref });
    expect(reasons["spare"]).toBe("off: maps.spare is never used");
    expect(warnings).toEqual([ignored("spare", "maps.spare is never used")]);
  });
});

describe("a group in which one is selected", () => {
  test("requires its ref and asks for no other", () => {
    const outcome = settle({ one: ref, two: ref, spare: ref }, { use: "two", resolved: ["two"] });
    expect(outcome).toMatchObject({ asked: ["two"], winner: "two", failed: [] });
    expect(outcome.reasons).toEqual({
      one: "off: two takes precedence (maps.use is two)",
      two: "on: maps.use is two",
      spare: "off: maps.spare is never used",
    });
    expect(outcome.warnings).toHaveLength(2);
  });

  test("has no winner where the ref did not resolve, or where nothing is configured", () => {
    expect(settle({ two: ref }, { use: "two" }).winner).toBeUndefined();
    expect(settle({ one: "plain" }, { use: "two" }).winner).toBeUndefined();
    expect(settle({}, { use: "two", environment: { TWO: "set" } }).winner).toBe("two");
  });
});

test("a group that is off uses nothing, and says why of each ref", () => {
  const { asked, winner, warnings, reasons } = settle(
    { one: ref, two: "plain" },
    { use: "none", resolved: ["one"] },
  );
  expect([asked, winner]).toEqual([[], undefined]);
  expect(reasons["two"]).toBe("off: maps.use is none");
  expect(warnings).toEqual([ignored("one", "maps.use is none")]);
});
