import { expect, test } from "vitest";
import { settingsOf } from "./settings.ts";
import { defineSurface } from "@durar/credential-surface";

const options = { surface: defineSurface([]), providers: [], load: () => ({ stores: [] }) };

test.each([0, -1, 1.5, Number.NaN, Infinity, 2 ** 31])("a time of %s is refused", (time) => {
  expect(() => settingsOf({ ...options, activationTimeoutMs: time })).toThrow(RangeError);
  expect(() => settingsOf({ ...options, recovery: { minimumMs: time } })).toThrow(RangeError);
  expect(() => settingsOf({ ...options, recovery: { maximumMs: time } })).toThrow(RangeError);
});

test("where one bound is given, the other's default gives way to it", () => {
  expect(settingsOf(options).recovery).toEqual({ minimumMs: 1_000, maximumMs: 900_000 });
  expect(settingsOf({ ...options, recovery: { maximumMs: 5 } }).recovery).toMatchObject({ minimumMs: 5 });
  expect(settingsOf({ ...options, recovery: { minimumMs: 1e6 } }).recovery).toMatchObject({ maximumMs: 1e6 });
  expect(() => settingsOf({ ...options, recovery: { minimumMs: 2, maximumMs: 1 } })).toThrow(RangeError);
});
