import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { abortable } from "./abortable.ts";

test("an abort ends the wait for a call that hangs, and what it yields later is discarded", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  let settle: (value: string) => void = () => undefined;
  const hung = new Promise<string>((resolve) => (settle = resolve));
  const discarded: string[] = [];
  const wait = abortable(controller.signal, hung, async (late) => void discarded.push(late));
  controller.abort(reason);
  await expect(wait).rejects.toBe(reason);
  settle("late");
  await hung;
  await expect.poll(() => discarded).toEqual(["late"]);
});

test("an abort after the result changes nothing and leaves no listener", async () => {
  const controller = new AbortController();
  expect(await abortable(controller.signal, Promise.resolve(1))).toBe(1);
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  controller.abort();
});

test("a failure of the work is passed on", async () => {
  const failure = new Error("failed");
  const { signal } = new AbortController();
  await expect(abortable(signal, Promise.reject(failure))).rejects.toBe(failure);
  await expect(abortable(undefined, Promise.reject(failure))).rejects.toBe(failure);
});
