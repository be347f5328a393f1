import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { configJsonSchema, TARGET_ROWS, validateConfig } from "./index.ts";

const check = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(configJsonSchema());

/** A config with one value at a target's path; each wildcard is some key, and each array has one agent. */
function configWith(path: string, value: unknown): Record<string, unknown> {
  const steps = path.replaceAll("*", "some-key").split(".");
  return steps.reduceRight<unknown>(
    (inner, step) =>
      step.endsWith("[]") ? { [step.slice(0, -2)]: [{ id: "a", ...(inner as object) }] } : { [step]: inner },
    value,
  ) as Record<string, unknown>;
}

const targets = TARGET_ROWS.filter(({ store = "config" }) => store === "config").flatMap(
  ({ id, path = id, refPath, expected }) => [
    { path, plaintext: true, object: expected === "string-or-object" },
    ...(refPath === undefined ? [] : [{ path: refPath, plaintext: false, object: false }]),
  ],
);

const ref = { source: "exec", provider: "vault", id: "a/b" };

describe("the JSON Schema of the configuration", () => {
  test.each(targets)("takes a ref at $path, and tells what is none", ({ path, plaintext, object }) => {
    expect(check(configWith(path, ref)), JSON.stringify(check.errors)).toBe(true);
    expect(check(configWith(path, "text"))).toBe(plaintext);
    expect(check(configWith(path, { source: "vault", id: "x" }))).toBe(object);
    expect(check(configWith(path, 5))).toBe(false);
  });

  test.each([
    { gateway: { port: "18789" } },
    { agents: { list: [{ enabled: true }] } },
    { channels: { telegram: { accounts: { a: { enabled: "no" } } } } },
    { plugins: { entries: { acpx: { config: { mcpServers: { x: { args: "-y" } } } } } } },
    { plugins: { entries: { brave: { enabled: 1 } } } },
    { secrets: { providers: { "Not An Alias": { source: "env" } } } },
    { secrets: { providers: { x: { source: "file" } } } },
  ])("refuses %j, as the check of the configuration does", (config) => {
    expect(check(config)).toBe(false);
    expect(validateConfig(config)).not.toEqual([]);
  });

  test("accepts what it knows nothing of", () => {
    expect(check({ $schema: "x", unheard: { of: [1] }, channels: { whatsapp: { allowFrom: ["+1"] } } })).toBe(
      true,
    );
  });
});
