import { describe, expect, test } from "vitest";
import {
  defineSurface,
  entryEnabled,
  surveySurface,
  type FirstOfGroup,
  type TargetDefinition,
} from "./index.ts";

const group = (id: string, ...targets: string[]): FirstOfGroup => ({
  id,
  targets,
  rank: () => ({ mode: "off", reason: "unused", candidates: [] }),
  unresolvedCode: "UNRESOLVED",
});

test("a target needs no more than an id: it is a string in the config, always in use", () => {
  const [target] = defineSurface([{ id: "db.password" }]).targets;
  expect(target).toMatchObject({
    ...{ id: "db.password", store: "config", expected: "string", planType: "db.password" },
    refField: undefined,
    pattern: { text: "db.password" },
  });
});

test("a declared surface is frozen and leaves what it was made from alone", () => {
  const definitions = Object.freeze([Object.freeze({ id: "services.*.token", active: entryEnabled })]);
  const surface = defineSurface(definitions, Object.freeze({ groups: Object.freeze([]) }));
  const [target] = surface.targets;
  expect([surface, surface.targets, target, target?.pattern.steps].every(Object.isFrozen)).toBe(true);
  expect(Object.keys(definitions[0] ?? {})).toEqual(["id", "active"]);
});

test("a sibling ref may stand beside a field at the top of the document", () => {
  const surface = defineSurface([{ id: "token", refPath: "tokenRef" }]);
  const { entries } = surveySurface(surface, {
    stores: [{ kind: "config", value: { tokenRef: { source: "env", id: "TOKEN" } } }],
  });
  expect(entries.map(({ place }) => place.inputPath)).toEqual([["tokenRef"]]);
});

describe("a table that contradicts itself is refused when it is declared", () => {
  const table: Record<string, readonly TargetDefinition[]> = {
    "two targets have the id a.b": [{ id: "a.b" }, { id: "a.b", path: "a.c" }],
    "a.cRef is no sibling of b.c": [{ id: "x", path: "b.c", refPath: "a.cRef" }],
    "a.b.cRef is no sibling of a.b": [{ id: "x", path: "a.b", refPath: "a.b.cRef" }],
    "a.* is no sibling of a.b": [{ id: "x", path: "a.b", refPath: "a.*" }],
    "a.b is no sibling of a.b": [{ id: "x", path: "a.b", refPath: "a.b" }],
    "a.*.kRef is no sibling of a.b.k": [{ id: "x", path: "a.b.k", refPath: "a.*.kRef" }],
    "envRef is no sibling of env.*": [{ id: "x", path: "env.*", refPath: "envRef" }],
    "a..b is no path pattern": [{ id: "a..b" }],
  };
  test.each(Object.entries(table))("%s", (message, definitions) => {
    expect(() => defineSurface(definitions)).toThrow(new TypeError(message));
  });

  test("a group names an unknown target", () => {
    expect(() => defineSurface([{ id: "a" }], { groups: [group("g", "b")] })).toThrow(
      new TypeError("group g names the unknown target b"),
    );
  });

  test("two groups decide about one target", () => {
    expect(() => defineSurface([{ id: "a" }], { groups: [group("g", "a"), group("h", "a")] })).toThrow(
      new TypeError("groups g and h decide about the same target a"),
    );
  });
});

test("targets of different stores or profile types may share a path", () => {
  const surface = defineSurface([
    { id: "one", path: "profiles.*.key", profileType: "api_key" },
    { id: "two", path: "profiles.*.key", profileType: "token" },
    { id: "three", path: "profiles.*.key", store: "profiles" },
  ]);
  expect(surface.targets).toHaveLength(3);
});
