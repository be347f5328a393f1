import { expect, test } from "vitest";
import { defineSurface, findUnset, formatPath } from "./index.ts";

const surface = defineSurface([
  { id: "db.password" },
  { id: "services.*.token", refPath: "services.*.tokenRef" },
  { id: "headers.*" },
  { id: "list[].key" },
  { id: "profile.key", store: "profiles", path: "profiles.*.key", profileType: "api_key" },
]);
const unset = (value: unknown, kind = "config"): string[] =>
  findUnset(surface, { kind, value }).map(({ path }) => formatPath(path));

test("a field is unset where its object exists and neither it nor its ref is there", () => {
  expect(
    unset({ db: {}, services: { a: {}, b: { token: "x" }, c: { tokenRef: {} }, d: { token: null } } }),
  ).toEqual(["db.password", "services.a.token", "services.d.token"]);
  expect(unset({ headers: { a: "x" }, list: [{}, { key: "x" }] })).toEqual(["list.0.key"]);
});

test("nothing is offered below objects that are not there, or are something else", () => {
  expect(unset({ services: "x", list: {} })).toEqual([]);
  expect(unset(undefined)).toEqual([]);
});

test("a profile has the field of its own type alone", () => {
  const profiles = { a: { type: "api_key" }, b: { type: "token" }, c: {} };
  expect(unset({ profiles }, "profiles")).toEqual(["profiles.a.key"]);
});
