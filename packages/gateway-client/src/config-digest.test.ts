import { assertAbsent, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { differingParts, digestConfig } from "./config-digest.ts";

const differing = (one: unknown, other: unknown): readonly string[] =>
  differingParts(one, digestConfig(other, "salt"));

describe("two configurations", () => {
  test("that say the same differ in no part, whatever the order of their keys", () => {
    const one = { gateway: { port: 1, auth: { token: "t", mode: "token" } }, channels: {} };
    const other = { channels: {}, gateway: { auth: { mode: "token", token: "t" }, port: 1 } };
    expect(differing(one, other)).toEqual([]);
    expect(differing(undefined, undefined)).toEqual([]);
  });

  test("differ in the parts that were changed, added or removed, and in no other", () => {
    const one = { gateway: { port: 1, bind: "lan" }, channels: { irc: { password: "a" } }, note: "x" };
    const other = { gateway: { port: 2, bind: "lan" }, channels: { "a/b": {} }, note: "y" };
    expect(differing(one, other)).toEqual(["/channels/a~1b", "/channels/irc", "/gateway/port", "/note"]);
  });

  test("have the same entries of a list where these have the same ids, in whatever order", () => {
    const [a, b] = [{ id: "a", model: "m" }, { id: "b" }];
    expect(differing({ agents: { list: [a, b] } }, { agents: { list: [b, a] } })).toEqual([]);
    expect(differing({ agents: { list: [a, b] } }, { agents: { list: [b, { ...a, model: "n" }] } })).toEqual([
      "/agents/list/a",
    ]);
  });

  test("are compared by the whole list where entries cannot be told apart", () => {
    for (const entry of [{}, { id: "a" }, "a"])
      expect(
        differing({ agents: { list: [{ id: "a" }, entry] } }, { agents: { list: [entry, { id: "a" }, 1] } }),
      ).toContain("/agents/list");
  });
});

test("a digest shows nothing of what it is of, and with another salt is another", () => {
  const secret = canary();
  const config = { gateway: { auth: { token: secret } } };
  const [one, other] = [digestConfig(config, "one"), digestConfig(config, "other")];
  assertAbsent([secret], JSON.stringify(one));
  expect(one.parts["/gateway/auth"]).toMatch(/^[\w-]{22}$/);
  expect(one.parts["/gateway/auth"]).not.toBe(other.parts["/gateway/auth"]);
});
