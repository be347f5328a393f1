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
  let ended = 0;
  const countdown = startCountdown(40, () => (ended += 1));
  // An immediate set by a timer that is due in the same turn runs before the countdown's end.
  setTimeout(() => setImmediate(() => countdown.restart()), 40);
  await wait(60);
  expect(ended).toBe(0);
  await wait(60);
  expect(ended).toBe(1);
});

test("a stopped countdown never ends, and cannot be restarted", async () => {
  let ended = 0;
  const countdown = startCountdown(10, () => (ended += 1));
  countdown.stop();
  countdown.restart();
  await wait(50);
  expect(ended).toBe(0);
});
