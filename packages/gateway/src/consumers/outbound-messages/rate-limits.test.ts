import { expect, test } from "vitest";
import { RateLimits } from "./rate-limits.ts";

test("a limit holds for one credential of one service until its time is over", () => {
  let now = 1_000;
  const limits = new RateLimits(() => now);
  limits.limit("https://a", "one", 500);
  limits.limit("https://a", "one", 100);
  now += 200;
  expect(limits.waitMs("https://a", "one")).toBe(300);
  expect(limits.waitMs("https://a", "other")).toBe(0);
  expect(limits.waitMs("https://b", "one")).toBe(0);
  now += 300;
  expect(limits.waitMs("https://a", "one")).toBe(0);
});

test("of more credentials than anybody has, those that were limited last are remembered", () => {
  const limits = new RateLimits(() => 0);
  limits.limit("https://a", "kept", 500);
  for (let number = 0; number < 1_000; number++) {
    if (number === 500) limits.limit("https://a", "kept", 100);
    limits.limit("https://a", String(number), 500);
  }
  expect(limits.waitMs("https://a", "0")).toBe(0);
  expect(limits.waitMs("https://a", "1")).toBe(500);
  expect(limits.waitMs("https://a", "999")).toBe(500);
  expect(limits.waitMs("https://a", "kept")).toBe(500);
});
