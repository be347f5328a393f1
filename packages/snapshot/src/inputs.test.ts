import { expect, test } from "vitest";
import { frozenCopy, sameInputs } from "./inputs.ts";

const config = (value: unknown) => ({ kind: "config", value });

test.each([[[]], [[config({}), config({})]], [[{ kind: "users", value: {} }]]])(
  "documents without exactly one configuration are refused: %j",
  (stores) =>
    expect(() => frozenCopy({ stores })).toThrow(
      expect.objectContaining({ code: "SNAPSHOT_CONTRACT_BROKEN" }),
    ),
);

test("two readings are the same where documents, owners, their activity and the variables are", () => {
  const user = { kind: "users", agentId: "ada", value: { a: [1] }, activity: { active: true, reason: "on" } };
  const inputs = (
    change: object = {},
    value: unknown = {},
    environment: Record<string, string> = { A: "1" },
  ) => frozenCopy({ stores: [config(value), { ...user, ...change }], environment });
  expect(sameInputs(inputs(), inputs())).toBe(true);
  const others = [
    inputs({ value: { a: [2] } }),
    inputs({ agentId: "bob" }),
    inputs({ kind: "guests" }),
    inputs({ activity: { active: false, reason: "on" } }),
    inputs({}, { a: 1 }),
    inputs({}, {}, { A: "2" }),
    inputs({}, {}, { A: "1", B: "1" }),
  ];
  for (const other of others) expect(sameInputs(inputs(), other)).toBe(false);
});
