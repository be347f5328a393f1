import { inspect } from "node:util";
import { assertNoLeak, canary } from "@durar/testing";
import { expect, test } from "vitest";
import { isSecret, Secret } from "./index.ts";

test("a secret prints as [secret] in every form, and reveals its content when asked", async () => {
  const value = canary();
  const secret = new Secret(value);
  await assertNoLeak(value, () => ({ secret, sum: "" + String(secret), all: [secret] }));
  expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}');
  expect(inspect(secret, { showHidden: true, showProxy: true })).toBe("[secret]");
  expect(secret.reveal()).toBe(value);
});

test("a secret holding an object does not show it when copied or enumerated", async () => {
  const value = canary();
  const secret = new Secret({ key: value });
  await assertNoLeak(value, () => [{ ...secret }, structuredClone({ ...secret }), Object.entries(secret)]);
  expect(Object.isFrozen(secret)).toBe(true);
});

test("isSecret recognises a secret by its brand and nothing else", () => {
  expect(isSecret(new Secret(""))).toBe(true);
  expect(isSecret({ reveal: () => "x" })).toBe(false);
  expect(isSecret(null)).toBe(false);
});
