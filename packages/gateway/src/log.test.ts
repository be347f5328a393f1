import { assertAbsent, canary } from "@durar/testing";
import { expect, test } from "vitest";
import { GatewayLog } from "./fixtures/disk-gateway.ts";
import { createLog } from "./log.ts";

test("a line is one JSON object, with the time, whatever stands in the message", () => {
  const log = new GatewayLog();
  createLog(log).warn({ code: "X" }, 'a "message"\nof two lines');
  expect(log.text.match(/\n/g)).toHaveLength(1);
  expect(log.entries).toEqual([
    {
      level: 40,
      code: "X",
      time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      msg: 'a "message"\nof two lines',
    },
  ]);
});

test("a field whose name tells of a secret is not written, neither below nor in lists", () => {
  const log = new GatewayLog();
  const secret = canary();
  const names = ["token", "password", "secret", "value", "authorization", "apiKey", "raw", "config", "env"];
  for (const name of names) {
    const field = { [name]: secret };
    createLog(log).info({ ...field, one: { ...field, two: field }, list: [field] }, "text");
    createLog(log).child(field).info("text");
  }
  expect(log.entries).toHaveLength(2 * names.length);
  assertAbsent(secret, log.text);
});
