import { expect, test } from "vitest";
import { FailedAttempts, type AttemptBounds } from "./failed-attempts.ts";

function attempts(bounds: AttemptBounds = {}) {
  let now = 1_000_000;
  const failed = new FailedAttempts(() => now, bounds);
  const fail = (address: string, times: number): void => {
    for (let index = 0; index < times; index++) failed.add(address);
  };
  return { failed, fail, pass: (milliseconds: number) => (now += milliseconds) };
}

test("after ten failures an address waits until a minute after the first", () => {
  const { failed, fail, pass } = attempts();
  fail("a", 9);
  expect(failed.blockedFor("a")).toBe(0);
  pass(20_000);
  fail("a", 1);
  expect(failed.blockedFor("a")).toBe(40_000);
  pass(39_999);
  expect(failed.blockedFor("a")).toBe(1);
  pass(1);
  expect(failed.blockedFor("a")).toBe(0);
});

test("once the window is over it counts from the beginning", () => {
  const { failed, fail, pass } = attempts();
  fail("a", 10);
  pass(60_000);
  fail("a", 9);
  expect(failed.blockedFor("a")).toBe(0);
  fail("a", 1);
  expect(failed.blockedFor("a")).toBe(60_000);
});

test("one address's failures are not another's", () => {
  const { failed, fail } = attempts();
  fail("a", 10);
  expect(failed.blockedFor("b")).toBe(0);
});

test("an address nobody has heard of waits for nothing", () => {
  expect(attempts().failed.blockedFor("a")).toBe(0);
});

test("of too many addresses the one whose failure is oldest is forgotten", () => {
  const { failed, fail } = attempts({ addresses: 2, limit: 1 });
  fail("a", 1);
  fail("b", 1);
  fail("a", 1);
  fail("c", 1);
  expect(["a", "b", "c"].map((address) => failed.blockedFor(address) > 0)).toEqual([true, false, true]);
});

test("a hundred thousand addresses take no more memory than a thousand", () => {
  const { failed, fail } = attempts({ limit: 1 });
  for (let index = 0; index < 100_000; index++) fail(`10.0.${index >> 8}.${index & 255}`, 1);
  const remembered = Array.from({ length: 100_000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  expect(remembered.filter((address) => failed.blockedFor(address) > 0)).toHaveLength(1_000);
});
