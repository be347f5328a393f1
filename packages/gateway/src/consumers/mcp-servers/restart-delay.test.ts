import { expect, test } from "vitest";
import { restartDelay } from "./restart-delay.ts";

const bounds = { minimumMs: 1_000, maximumMs: 60_000 };

test("each failure doubles the time before the next attempt, up to a bound", () => {
  const delays = [1, 2, 3, 6, 7, 100, 1e9].map((failures) => restartDelay(failures, bounds, () => 1));
  expect(delays).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000]);
});

test("chance takes away up to half of it", () => {
  expect(restartDelay(1, bounds, () => 0)).toBe(500);
  expect(restartDelay(1, bounds, () => 0.5)).toBe(750);
});
