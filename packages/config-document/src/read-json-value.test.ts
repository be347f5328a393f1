import { assertNoLeak, canary } from "@durar/testing";
import { expect, test } from "vitest";
import { readJsonValue } from "./index.ts";

test("a JSON document is read as JSON.parse reads it", () => {
  const text = ' {"a": [1, -0, 1e400, "\\u00e9"], "a": {"__proto__": 1}}\n';
  expect(readJsonValue(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
  expect(readJsonValue('{"__proto__": 1}')).toMatchObject({
    value: JSON.parse('{"__proto__": 1}') as unknown,
  });
});

test("a byte order mark at the start is skipped, and kept in positions", () => {
  expect(readJsonValue("\ufeff[1]")).toEqual({ ok: true, value: [1] });
  expect(readJsonValue("\ufeff[1,]")).toMatchObject({ ok: false, error: { line: 1, column: 3, offset: 3 } });
});

test("a broken document is answered with rule and position", () => {
  expect(readJsonValue('{"a": 1,\n b: 2}')).toEqual({
    ok: false,
    error: {
      ...{ rule: "json-name", line: 2, column: 2, offset: 10 },
      message: "line 2, column 2: JSON member names stand in double quotes",
    },
  });
});

test("nothing of a broken document shows", async () => {
  const secret = canary();
  await assertNoLeak(secret, () => readJsonValue(`{"key": ${secret}}`));
});

test("200 levels are read and 201 refused, whatever else the document holds", () => {
  const nested = (depth: number) => '[[],"[\\"[\\\\",'.repeat(depth - 1) + "{}" + "]".repeat(depth - 1);
  for (const around of ["", `${"[],".repeat(300)}`]) {
    expect(readJsonValue(`[${around}${nested(199)}]`)).toMatchObject({ ok: true });
    expect(readJsonValue(`[${around}${nested(200)}]`)).toMatchObject({ error: { rule: "too-deep" } });
  }
  expect(readJsonValue("[".repeat(1e6))).toMatchObject({ error: { rule: "too-deep", line: 1, column: 201 } });
});

test("brackets and quotes inside strings count for nothing", () => {
  const value = { a: "[".repeat(1000), b: '"{'.repeat(300), c: "\\".repeat(501), d: [] };
  expect(readJsonValue(JSON.stringify(value))).toEqual({ ok: true, value });
  expect(readJsonValue(`["${"[".repeat(300)}`)).toMatchObject({ error: { rule: "unclosed-string" } });
});

test("limits can be set", () => {
  expect(readJsonValue("[[1]]", Object.freeze({ maxDepth: 1 }))).toMatchObject({
    error: { rule: "too-deep" },
  });
  expect(readJsonValue("[[1]]", { maxDepth: 2 })).toMatchObject({ ok: true });
  expect(readJsonValue('{"a": [1,2]}', { maxEntries: 2 })).toMatchObject({
    error: { rule: "too-many-entries" },
  });
  expect(readJsonValue('{"a": [1,2]}', { maxEntries: 3 })).toEqual({ ok: true, value: { a: [1, 2] } });
  expect(readJsonValue("[[],[],[]]", { maxEntries: 3 })).toEqual({ ok: true, value: [[], [], []] });
  expect(readJsonValue("[1]", { maxEntries: Number.NaN })).toMatchObject({ ok: false });
});
