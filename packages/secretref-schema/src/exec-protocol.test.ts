import { expect, test } from "vitest";
import { declaresExecProtocol, encodeExecRequest, parseExecResponse } from "./index.ts";

test("a request is one line of JSON", () => {
  expect(encodeExecRequest("vault", ["a/b"])).toBe(
    '{"protocolVersion":1,"provider":"vault","ids":["a/b"]}\n',
  );
});

test("a response's values and errors are read by own keys only", () => {
  const parsed = parseExecResponse(
    JSON.parse(
      '{"protocolVersion":1,"values":{"__proto__":"p","constructor":"c"},"errors":{"toString":{"code":"NOT_FOUND"}}}',
    ),
  );
  expect(parsed.ok && [...parsed.response.values]).toEqual([
    ["__proto__", "p"],
    ["constructor", "c"],
  ]);
  expect(parsed.ok && [...parsed.response.errors]).toEqual([["toString", { code: "NOT_FOUND" }]]);
});

test("a reported code outside the closed list is dropped, its message always", () => {
  const errors = {
    a: { message: "hidden", code: "TEAPOT" },
    b: { code: "AMBIGUOUS" },
    c: "text",
    d: { code: 5 },
  };
  const parsed = parseExecResponse({ protocolVersion: 1, errors });
  expect(parsed.ok && Object.fromEntries(parsed.response.errors)).toEqual({
    a: { code: undefined },
    b: { code: "AMBIGUOUS" },
    c: { code: undefined },
    d: { code: undefined },
  });
});

test.each([
  [[], "JSON object"],
  ["text", "JSON object"],
  [{ values: {} }, "protocolVersion"],
  [{ protocolVersion: 2, values: {} }, "protocolVersion"],
  [{ protocolVersion: "1", values: {} }, "protocolVersion"],
  [{ protocolVersion: 1 }, "values, errors or both"],
  [{ protocolVersion: 1, values: [] }, "values must be an object"],
  [{ protocolVersion: 1, values: {}, errors: "x" }, "errors must be an object"],
])("%j is no response", (value, rule) => {
  const parsed = parseExecResponse(value);
  expect(parsed.ok ? "" : parsed.rule).toContain(rule);
});

test("a JSON value declares the protocol by its own protocolVersion", () => {
  expect(declaresExecProtocol({ protocolVersion: 9 })).toBe(true);
  expect(declaresExecProtocol({ key: 1 })).toBe(false);
  expect(declaresExecProtocol(null)).toBe(false);
});
