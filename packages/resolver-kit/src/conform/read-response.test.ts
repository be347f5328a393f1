import { expect, test } from "vitest";
import { readResponse } from "./read-response.ts";

test("a response is read by its own keys, and nothing of it is dropped", () => {
  const text =
    ' {"protocolVersion":1,"values":{"__proto__":"p","constructor":"c"},"errors":{"a":{"code":"TEAPOT"}}}\n';
  const read = readResponse(Buffer.from(text));
  expect(read.ok && [...read.response.values]).toEqual([
    ["__proto__", "p"],
    ["constructor", "c"],
  ]);
  expect(read.ok && [...read.response.errors]).toEqual([["a", { code: "TEAPOT" }]]);
});

test.each([
  ["", "json"],
  ["value", "json"],
  ["[]", "json"],
  ["{'a':1}", "json"],
  ['{"protocolVersion":1,"values":{}', "json"],
  ['{"protocolVersion":1,"values":{}} x', "nothing-after"],
  ['{"values":{}}', "protocol-version"],
  ['{"protocolVersion":2,"values":{}}', "protocol-version"],
  ['{"protocolVersion":1}', "shape"],
  ['{"protocolVersion":1,"values":[]}', "shape"],
  ['{"protocolVersion":1,"errors":"x"}', "shape"],
  [`{"protocolVersion":1,"values":{"a":${"[".repeat(300)}${"]".repeat(300)}}}`, "json"],
])("what is wrong with %j is the business of %s", (text, problem) => {
  expect(readResponse(Buffer.from(text))).toMatchObject({ ok: false, problem });
});

test("bytes that are no UTF-8 are not read", () => {
  expect(readResponse(Buffer.from([0x7b, 0xe9, 0x7d]))).toMatchObject({ ok: false, problem: "utf8" });
});
