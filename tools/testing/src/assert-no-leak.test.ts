import { describe, expect, test } from "vitest";
import { assertAbsent, assertNoLeak, canary, CANARY_PATTERN } from "./index.ts";

describe("assertNoLeak finds a secret", () => {
  const secret = canary();
  const leaks: Record<string, () => unknown> = {
    "printed to stdout": () => process.stdout.write(`value ${secret}\n`),
    "printed to stderr in hex": () => process.stderr.write(Buffer.from(secret).toString("hex")),
    "returned deep inside an object": () => ({ a: { b: [{ c: secret }] } }),
    "returned as a map's key": () => new Map([[secret, 1]]),
    "in a thrown error's message": () => {
      throw new Error(`bad value ${secret}`);
    },
    "in a thrown error's cause": () => {
      throw new Error("bad value", { cause: new Error(secret) });
    },
    "in a hidden field of a thrown error": () => {
      throw Object.defineProperty(new Error("bad value"), "input", { value: secret, enumerable: false });
    },
    "in base64": () => Buffer.from(secret).toString("base64"),
  };
  test.each(Object.entries(leaks))("%s", async (_title, leak) => {
    await expect(assertNoLeak(secret, leak)).rejects.toThrow(/secret 1 leaked/);
  });

  test("and its own failure does not repeat it", async () => {
    const failure: unknown = await assertNoLeak(secret, () => secret).catch((error: unknown) => error);
    expect(String(failure)).not.toContain(secret);
  });
});

test("assertNoLeak answers the outcome when nothing leaks", async () => {
  expect(await assertNoLeak(canary(), () => 5)).toMatchObject({ threw: false, result: 5 });
  expect(await assertNoLeak(canary(), () => Promise.reject(new Error("no")))).toMatchObject({ threw: true });
});

test("every canary is found by the pattern", () => {
  expect(`x ${canary()} y`.match(CANARY_PATTERN)).toHaveLength(1);
  expect(() => assertAbsent(canary(), "nothing here")).not.toThrow();
});
