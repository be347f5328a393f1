import { assertNoLeak, canary } from "@durar/testing";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { validate } from "./index.ts";

const schema = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(3)),
  count: z.optional(z.int().check(z.gte(2))),
  list: z.optional(z.array(z.string()).check(z.minLength(1), z.maxLength(2))),
  long: z.optional(z.array(z.string()).check(z.minLength(2))),
  either: z.optional(z.union([z.string(), z.number()])),
  map: z.optional(z.record(z.string().check(z.regex(/^[a-z]+$/, "must be lower case")), z.boolean())),
  date: z.optional(z.iso.date("must be a date")),
  even: z.optional(z.number().check(z.multipleOf(2))),
});
const rules = (value: unknown): readonly string[] => {
  const result = validate(schema, value);
  return result.ok ? [] : result.issues.map(({ path, rule }) => `${path.join(".")} ${rule}`);
};

test("a value that keeps every rule is answered as it was read", () => {
  expect(validate(schema, { name: "a", list: ["x"] })).toEqual({
    ok: true,
    value: { name: "a", list: ["x"] },
  });
});

test.each([
  [{}, "name is required"],
  [{ name: null }, "name must be a string"],
  [{ name: "" }, "name must not be empty"],
  [{ name: "abcd" }, "name must be at most 3 characters long"],
  [{ name: "a", count: 1 }, "count must be at least 2"],
  [{ name: "a", count: 2.5 }, "count must be a whole number"],
  [{ name: "a", list: [] }, "list must not be empty"],
  [{ name: "a", list: ["x", "y", "z"] }, "list must be at most 2 entries long"],
  [{ name: "a", list: ["x", 5] }, "list.1 must be a string"],
  [{ name: "a", long: ["x"] }, "long must be at least 2 entries long"],
  [{ name: "a", either: true }, "either has no allowed form"],
  [{ name: "a", map: { A: true } }, "map.A must be lower case"],
  [{ name: "a", map: [] }, "map must be an object"],
  [{ name: "a", date: "x" }, "date must be a date"],
  [{ name: "a", even: 3 }, "even is not valid"],
  [{ name: "a", other: 1 }, "other is not a known key"],
  [[], " must be an object"],
])("%j: %s", (value, rule) => {
  expect(rules(value)).toEqual([rule]);
});

test("every broken rule is answered, and none quotes a value", async () => {
  const secret = canary();
  const value = {
    name: secret,
    count: secret,
    list: { secret },
    long: [secret],
    either: [secret],
    map: { a: secret },
    date: secret,
    even: secret,
  };
  const { result } = (await assertNoLeak(secret, () => rules(value))) as { result: readonly string[] };
  expect(result).toHaveLength(8);
});

test("a value that breaks more rules than can be listed is refused without a crash", () => {
  const list = Array<number>(200_000).fill(5);
  expect(validate(z.looseObject({ list: z.array(z.string()) }), { list })).toEqual({
    ok: false,
    issues: [{ path: [], rule: "breaks more rules than can be listed" }],
  });
});
