import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  parseSecretInput,
  parseSecretRef,
  readSecretsConfig,
  secretInputJsonSchema,
  secretRefJsonSchema,
  secretsJsonSchema,
  type JsonSchema,
} from "./index.ts";

type Check = (value: unknown, rule: unknown, schema: JsonSchema) => boolean;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const schemaOf = (rule: unknown): JsonSchema => rule as JsonSchema;
const types: Record<string, (value: unknown) => boolean> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  integer: Number.isInteger,
};

/** The keywords of JSON Schema (draft 2020-12) that the emitted schemas use, as its specification defines them. */
const keywords: Record<string, Check> = {
  $schema: (_value, rule) => rule === "https://json-schema.org/draft/2020-12/schema",
  default: () => true,
  type: (value, rule) => types[rule as string]?.(value) === true,
  const: (value, rule) => value === rule,
  enum: (value, rule) => (rule as unknown[]).includes(value),
  pattern: (value, rule) => typeof value !== "string" || new RegExp(rule as string, "u").test(value),
  maxLength: (value, rule) => typeof value !== "string" || [...value].length <= (rule as number),
  minimum: (value, rule) => typeof value !== "number" || value >= (rule as number),
  maximum: (value, rule) => typeof value !== "number" || value <= (rule as number),
  maxItems: (value, rule) => !Array.isArray(value) || value.length <= (rule as number),
  items: (value, rule) => !Array.isArray(value) || value.every((item) => valid(schemaOf(rule), item)),
  required: (value, rule) => !isObject(value) || (rule as string[]).every((key) => Object.hasOwn(value, key)),
  properties: (value, rule) =>
    !isObject(value) ||
    Object.entries(rule as Record<string, JsonSchema>).every(
      ([key, inner]) => !Object.hasOwn(value, key) || valid(inner, value[key]),
    ),
  propertyNames: (value, rule) =>
    !isObject(value) || Object.keys(value).every((key) => valid(schemaOf(rule), key)),
  additionalProperties: (value, rule, schema) => {
    const known = Object.keys((schema["properties"] as object | undefined) ?? {});
    const others = isObject(value) ? Object.entries(value).filter(([key]) => !known.includes(key)) : [];
    return rule === false ? others.length === 0 : others.every(([, inner]) => valid(schemaOf(rule), inner));
  },
  anyOf: (value, rule) => (rule as JsonSchema[]).some((inner) => valid(inner, value)),
  oneOf: (value, rule) => (rule as JsonSchema[]).filter((inner) => valid(inner, value)).length === 1,
  not: (value, rule) => !valid(schemaOf(rule), value),
};

function valid(schema: JsonSchema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, rule]) => {
    const check = keywords[keyword];
    if (check === undefined) throw new Error(`the emitted schema uses the keyword ${keyword}`);
    return check(value, rule, schema);
  });
}

describe("an editor and the reader agree about a ref", () => {
  const ids = fc.oneof(
    fc.string({ unit: fc.constantFrom("/", "~", "0", "1", ".", "a", "A", "_", ":", " ", "-") }),
    fc.constantFrom("value", "A", "OPENAI_API_KEY", "/a/b~0c", "/a~2", "a/../b", "a/.../b", "..", ".", "a/."),
    fc.nat(1100).map((length) => `/${"a".repeat(length)}`),
    fc.nat(300).map((length) => "A".repeat(length)),
  );

  test("whatever its id is", () => {
    fc.assert(
      fc.property(fc.constantFrom("env", "file", "exec", "vault"), ids, (source, id) => {
        const ref = { source, id };
        expect(valid(secretRefJsonSchema(), ref)).toBe(parseSecretRef(ref).ok);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    { source: "env", provider: "default", id: "A" },
    { source: "exec", provider: "Vault", id: "a" },
    { source: "exec", provider: "a".repeat(65), id: "a" },
    { source: "env", id: "A", extra: 1 },
    { source: "env" },
    { id: "A" },
    { source: "env", id: 5 },
    {},
    [],
    null,
  ])("such as %j", (value) => {
    expect(valid(secretRefJsonSchema(), value)).toBe(parseSecretRef(value).ok);
  });

  test.each([
    "plain",
    "${A}",
    "",
    { source: "env", id: "A" },
    { source: "env", id: "a" },
    5,
    true,
    { key: "x" },
    [],
  ])("and about what a credential field may hold, such as %j", (value) => {
    expect(valid(secretInputJsonSchema(), value)).toBe(parseSecretInput(value).kind !== "malformed");
  });
});

describe("an editor and the reader agree about the secrets block", () => {
  const file = (more: object) => ({ providers: { a: { source: "file", path: "/s.json", ...more } } });
  const exec = (more: object) => ({ providers: { a: { source: "exec", command: "/bin/x", ...more } } });
  test.each([
    {},
    {
      providers: {
        default: { source: "env", allowlist: ["A"] },
        files: { source: "file", path: "~/s.json", mode: "singleValue", maxBytes: 1, trustedDirs: ["/run"] },
        vault: {
          source: "exec",
          command: "/bin/vault",
          args: ["{id}"],
          jsonOnly: false,
          passEnv: ["Path"],
          env: { A: "" },
        },
      },
      defaults: { env: "default", file: "files", exec: "vault" },
      resolution: { maxProviderConcurrency: 16, maxRefsPerProvider: 4096, maxBatchBytes: 5_242_880 },
    },
    { provider: {} },
    { providers: [] },
    { providers: { A: { source: "env" } } },
    { providers: { a: {} } },
    { providers: { a: { source: "vault" } } },
    { providers: { a: { source: "env", path: "/x" } } },
    { providers: { a: { source: "env", allowlist: ["a"] } } },
    { providers: { a: { source: "env", allowlist: Array(257).fill("A") } } },
    { providers: { a: { source: "file" } } },
    file({ mode: "yaml" }),
    file({ timeoutMs: 0 }),
    file({ timeoutMs: 120_001 }),
    file({ timeoutMs: 1.5 }),
    file({ maxBytes: 20 * 1024 * 1024 + 1 }),
    file({ allowInsecurePath: "true" }),
    file({ trustedDirs: Array(65).fill("/a") }),
    file({ allowSymlinkCommand: true }),
    exec({ args: [5] }),
    exec({ args: Array(129).fill("a") }),
    exec({ args: ["a".repeat(1025)] }),
    exec({ passEnv: ["A=B"] }),
    exec({ env: { A: 5 } }),
    exec({ env: { "A B": "x" } }),
    exec({ allowSymlinkPath: true }),
    { defaults: { env: "Default" } },
    { defaults: { vault: "a" } },
    { resolution: { maxProviderConcurrency: 0 } },
    { resolution: { maxBatchBytes: "1" } },
    { resolution: { retries: 3 } },
  ])("such as %j", (value) => {
    expect(valid(secretsJsonSchema(), value)).toBe(readSecretsConfig(value).issues.length === 0);
  });

  test("and the editor shows the defaults that the reader fills in", () => {
    const text = JSON.stringify(secretsJsonSchema());
    const shown = [...text.matchAll(/"default":([^,]+|\[\]|\{\}),/g)].map(([, value]) => value);
    expect(shown.sort()).toEqual(
      [
        '"json"',
        "5000",
        "5000",
        "1048576",
        "1048576",
        "false",
        "false",
        "false",
        "false",
        "true",
        "[]",
        "[]",
        "{}",
      ]
        .concat(["4", "512", "262144"])
        .sort(),
    );
  });
});
