import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { startCountdown } from "./countdown.ts";

test("a countdown ends once, after its time", async () => {
  let ended = 0;
  const start = performance.now();
  await new Promise<void>((resolve) => {
    startCountdown(50, () => {
      ended += 1;
      resolve();
    });
  });
  expect(performance.now() - start).toBeGreaterThan(45);
  await wait(80);
  expect(ended).toBe(1);
});

test("a restart in time, or in the turn after it, starts it anew", async () => {
  const ends: number[] = [];
  let restarted = Infinity;
  const countdown = startCountdown(40, () => ends.push(performance.now()));
  // An immediate set by a timer that is due in the same turn runs before the countdown's end.
  setTimeout(() => {
    setImmediate(() => {
      restarted = performance.now();
      countdown.restart();
    });
  }, 40);
  await expect.poll(() => ends.length, { timeout: 10_000 }).toBe(1);
  expect((ends[0] ?? 0) - restarted).toBeGreaterThan(35);
  await wait(80);
  expect(ends).toHaveLength(1);
});

test("a stopped countdown never ends, and cannot be restarted", async () => {
  let ended = 0;
  const countdown = startCountdown(10, () => (ended += 1));
  countdown.stop();
  countdown.restart();
  await wait(50);
  expect(ended).toBe(0);
});
