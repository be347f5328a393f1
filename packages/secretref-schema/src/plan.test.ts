import { canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { parsePlan } from "./index.ts";

const ref = { source: "env", provider: "default", id: "OPENAI_API_KEY" };
const target = { type: "models.providers.apiKey", path: "models.providers.openai.apiKey", ref };
const plan = { version: 1, protocolVersion: 1, targets: [target] };

const rules = (value: unknown): string[] => {
  const result = parsePlan(value);
  return result.ok ? [] : result.issues.map(({ path, rule }) => `${path.join(".")} ${rule}`);
};

test("a plan is read as it is written, with nothing filled in", () => {
  const whole = {
    ...plan,
    generatedAt: "2026-01-01T00:00:00Z",
    generatedBy: "durar",
    targets: [
      {
        ...target,
        pathSegments: ["models", "providers", "openai", "apiKey"],
        expect: "plaintext",
        move: true,
      },
      { ...target, ref: { source: "env", id: "A" }, agentId: "main", expect: ref, providerId: "openai" },
    ],
    providerUpserts: { vault: { source: "exec", command: "/usr/bin/vault" } },
    providerDeletes: ["old"],
    options: { scrubEnv: false },
  };
  expect(parsePlan(whole)).toEqual({ ok: true, value: whole });
});

test("a plan without targets is one", () => {
  expect(rules({ ...plan, targets: [] })).toEqual([]);
});

describe("every rule a plan breaks is reported, each with its path", () => {
  test.each([
    [null, [" must be an object"]],
    [{ ...plan, version: 2 }, ["version must be 1"]],
    [{ ...plan, extra: 1 }, ["extra is not a known key"]],
    [{ ...plan, targets: [{ ...target, extra: 1 }] }, ["targets.0.extra is not a known key"]],
    [{ ...plan, targets: [{ ...target, path: "" }] }, ["targets.0.path must not be empty"]],
    [{ ...plan, targets: [{ ...target, ref: "${A}" }] }, ["targets.0.ref must be a SecretRef"]],
    [
      { ...plan, targets: [{ ...target, ref: { ...ref, id: "a" } }] },
      [/^targets\.0\.ref an env id must match/],
    ],
    [{ ...plan, targets: [{ ...target, expect: "gone" }] }, [/^targets\.0\.expect must be "plaintext"/]],
    [{ ...plan, targets: [{ ...target, move: "yes" }] }, ["targets.0.move must be a boolean"]],
    [
      { ...plan, providerUpserts: { V: { source: "env" }, w: { source: "file" } } },
      [/^providerUpserts\.V must be a provider alias/, "providerUpserts.w.path is required"],
    ],
    [
      { version: 1, targets: [{ ref: {} }], options: { scrub: true } },
      [
        /^protocolVersion/,
        "targets.0.type is required",
        "targets.0.path is required",
        "options.scrub is not a known key",
        /^targets\.0\.ref a ref's source/,
      ],
    ],
  ])("%j", (value, expected) => {
    const found = rules(value);
    expect(found).toHaveLength(expected.length);
    for (const [index, rule] of expected.entries())
      if (typeof rule === "string") expect(found[index]).toBe(rule);
      else expect(found[index]).toMatch(rule);
  });
});

test("no issue quotes what stands in the plan", () => {
  const secret = canary();
  const found = rules({
    ...plan,
    targets: [{ type: "x", path: "y", ref: secret, expect: secret, move: secret, agentId: [secret] }],
    options: secret,
  });
  expect(found.length).toBeGreaterThan(4);
  expect(found.join("\n")).not.toContain(secret);
});
