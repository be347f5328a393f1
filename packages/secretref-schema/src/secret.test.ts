import { format, inspect } from "node:util";
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

test("a secret does not show when it is formatted, added, compared or sent to another thread", async () => {
  const value = canary();
  const secret = new Secret(value);
  await assertNoLeak(value, () => [
    format("%s %o %O %j %d", secret, secret, secret, secret, secret),
    // eslint-disable-next-line @typescript-eslint/restrict-plus-operands, @typescript-eslint/restrict-template-expressions
    secret + `${secret}` + [secret].join(),
    structuredClone({ inner: { ...secret } }),
    Object.getOwnPropertyNames(secret).concat(Object.keys(Object.getPrototypeOf(secret) as object)),
    inspect(secret, { customInspect: false, showHidden: true, depth: 9 }),
    new Map([[secret, secret]]),
    new Error("x", { cause: secret }),
  ]);
  expect(Number(secret)).toBeNaN();
  expect([format("%s", secret), secret.toString()]).toEqual(["[secret]", "[secret]"]);
});

test("isSecret recognises a secret by its brand and nothing else", () => {
  expect(isSecret(new Secret(""))).toBe(true);
  expect(isSecret({ reveal: () => "x" })).toBe(false);
  expect(isSecret(null)).toBe(false);
});
