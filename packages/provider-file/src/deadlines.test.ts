import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createDeadlines } from "./deadlines.ts";

const patient = { timeoutMs: 60_000, signal: undefined };
const hasty = { timeoutMs: 20, signal: undefined };
const done = (result: string) => async () => result;

function hang(): { readonly call: () => Promise<string>; readonly end: () => void } {
  let end: () => void = () => undefined;
  const hung = new Promise<string>((resolve) => (end = () => resolve("late")));
  return { call: () => hung, end };
}

test("a call in time is done, and its failure is passed on", async () => {
  const deadlines = createDeadlines();
  expect(await deadlines("a", patient, done("result"))).toEqual({ kind: "done", result: "result" });
  const failure = new Error("failed");
  await expect(deadlines("a", patient, () => Promise.reject(failure))).rejects.toBe(failure);
});

test("a call in time blocks nothing, also after its deadline", async () => {
  const deadlines = createDeadlines();
  expect(await deadlines("a", hasty, done("result"))).toMatchObject({ kind: "done" });
  await sleep(60);
  expect(await deadlines("a", patient, done("result"))).toMatchObject({ kind: "done" });
});

test("a call past its deadline blocks its own key only, until it is back", async () => {
  const deadlines = createDeadlines();
  const { call, end } = hang();
  expect(await deadlines("a", hasty, call)).toEqual({ kind: "timeout" });
  expect(await deadlines("a", patient, done("result"))).toEqual({ kind: "stuck" });
  expect(await deadlines("b", patient, done("result"))).toMatchObject({ kind: "done" });
  end();
  await expect.poll(() => deadlines("a", patient, done("result"))).toMatchObject({ kind: "done" });
});

test("of two calls past their deadline, both must be back", async () => {
  const deadlines = createDeadlines();
  const [first, second] = [hang(), hang()];
  await Promise.all([deadlines("a", hasty, first.call), deadlines("a", hasty, second.call)]);
  first.end();
  await sleep(5);
  expect(await deadlines("a", patient, done("result"))).toEqual({ kind: "stuck" });
  second.end();
  await expect.poll(() => deadlines("a", patient, done("result"))).toMatchObject({ kind: "done" });
});

test("an abort ends the wait at once, and an aborted signal starts nothing", async () => {
  const deadlines = createDeadlines();
  const controller = new AbortController();
  const { call, end } = hang();
  const wait = deadlines("a", { timeoutMs: 60_000, signal: controller.signal }, call);
  controller.abort();
  expect(await wait).toEqual({ kind: "aborted" });
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  const never = (): Promise<string> => Promise.reject(new Error("started"));
  expect(await deadlines("b", { ...patient, signal: controller.signal }, never)).toEqual({ kind: "aborted" });
  end();
});

test("a call left hanging by an abort counts as overdue once its deadline is past", async () => {
  const deadlines = createDeadlines();
  const controller = new AbortController();
  const { call, end } = hang();
  const wait = deadlines("a", { timeoutMs: 20, signal: controller.signal }, call);
  controller.abort();
  await wait;
  await expect.poll(() => deadlines("a", patient, done("result"))).toEqual({ kind: "stuck" });
  end();
});
