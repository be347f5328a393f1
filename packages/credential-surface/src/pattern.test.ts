import { describe, expect, test } from "vitest";
import { compilePattern, matchesPattern, parsePath } from "./index.ts";

function matches(pattern: string, path: string): boolean {
  return matchesPattern(compilePattern(pattern), parsePath(path) ?? []);
}

describe("a pattern matches", () => {
  test.each([
    ["db.password", "db.password"],
    ["services.*.token", "services.mail.token"],
    ["services.*.token", "services.0.token"],
    ["services.*.token", 'services["a.b"].token'],
    ["services.*.token", "services.*.token"],
    ["agents.list[].key", "agents.list.0.key"],
    ["agents.list[].key", "agents.list.17.key"],
    ["tokens[]", "tokens.3"],
    ["env.*", "env.TOKEN"],
  ])("%s the path %s", (pattern, path) => {
    expect(matches(pattern, path)).toBe(true);
  });
});

describe("a pattern does not match", () => {
  test.each([
    ["db.password", "db.passwort"],
    ["db.password", "db"],
    ["db.password", "db.password.x"],
    ["services.*.token", "services.token"],
    ["services.*.token", 'services[""].token'],
    ["services.*.token", "services.__proto__.token"],
    ["services.*.token", "services.constructor.token"],
    ["services.*.token", "services.prototype.token"],
    ["agents.list[].key", "agents.list.02.key"],
    ["agents.list[].key", "agents.list.+2.key"],
    ["agents.list[].key", "agents.list.-1.key"],
    ["agents.list[].key", "agents.list.x.key"],
    ["agents.list[].key", "agents.list.key"],
  ])("%s the path %s", (pattern, path) => {
    expect(matches(pattern, path)).toBe(false);
  });
});

test.each([
  ...["", ".", "a.", ".a", "a..b", "[]", "a.[]", "*[]", "a[][]", "a[0]", "a*.b", "**", "a b"],
  ...["a.__proto__.b", "constructor", "prototype[]", 'a["b"]', "a[].__proto__"],
])("%j is no pattern and is refused when it is declared", (text) => {
  expect(() => compilePattern(text)).toThrow(TypeError);
});
