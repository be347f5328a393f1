import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { startDeadline } from "./deadline.ts";

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("a deadline that has ended comes no more, and leaves nothing on the caller's signal", async () => {
  const { signal } = new AbortController();
  const deadline = startDeadline({ timeoutMs: 20, signals: [signal, undefined], overdue: "late" });
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  deadline.end();
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  await wait(60);
  expect(deadline.signal.aborted).toBe(false);
});

test("a deadline that rests does not come until it is started anew", async () => {
  const deadline = startDeadline({ timeoutMs: 20, signals: [], overdue: "late" });
  deadline.pause();
  await wait(60);
  expect(deadline.signal.aborted).toBe(false);
  deadline.restart();
  await new Promise((resolve) => deadline.signal.addEventListener("abort", resolve));
  expect(deadline.signal.reason).toMatchObject({ code: "GATEWAY_TIMEOUT", message: "late" });
});

test("the caller's signal counts while a deadline rests", () => {
  const controller = new AbortController();
  const deadline = startDeadline({ timeoutMs: 60_000, signals: [controller.signal], overdue: "late" });
  deadline.pause();
  controller.abort();
  expect(deadline.signal.reason).toMatchObject({ code: "GATEWAY_ABORTED" });
  deadline.end();
});
