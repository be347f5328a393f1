import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { runLimited } from "./run-limited.ts";

test("results are in the items' order, and no more than the limit are under way", async () => {
  let running = 0;
  let most = 0;
  const results = await runLimited(3, [5, 1, 4, 0, 3, 2], async (item) => {
    most = Math.max(most, (running += 1));
    await wait(item * 3);
    running -= 1;
    return item * 2;
  });
  expect(results).toEqual([10, 2, 8, 0, 6, 4]);
  expect(most).toBe(3);
  expect(await runLimited(3, [], () => Promise.reject(new Error("no item")))).toEqual([]);
});
