import { describe, expect, test } from "vitest";
import { assertNoLeak, canary } from "@durar/testing";
import {
  findProvider,
  parseProviderConfig,
  readSecretsConfig,
  secretsJsonSchema,
  secretRefJsonSchema,
} from "./index.ts";

const rules = (value: unknown): string[] =>
  readSecretsConfig(value).issues.map(({ path, rule }) => `${path.join(".")} ${rule}`);

test("an absent secrets block has the documented defaults and an env provider", () => {
  const { config, issues } = readSecretsConfig(undefined);
  expect(issues).toEqual([]);
  expect(config.defaults).toEqual({ env: "default", file: "default", exec: "default" });
  expect(config.resolution).toEqual({
    maxProviderConcurrency: 4,
    maxRefsPerProvider: 512,
    maxBatchBytes: 262_144,
  });
  expect([...config.providers]).toEqual([["default", { source: "env" }]]);
});

test("provider defaults are filled in, noOutputTimeoutMs from timeoutMs", () => {
  expect(parseProviderConfig({ source: "exec", command: "/bin/x", timeoutMs: 70 })).toEqual({
    ok: true,
    value: {
      ...{ source: "exec", command: "/bin/x", args: [], timeoutMs: 70, noOutputTimeoutMs: 70 },
      ...{ maxOutputBytes: 1_048_576, jsonOnly: true, passEnv: [], env: {} },
      ...{ allowInsecurePath: false, allowSymlinkCommand: false },
    },
  });
  expect(parseProviderConfig({ source: "file", path: "~/s.json" })).toMatchObject({
    value: {
      mode: "json",
      timeoutMs: 5000,
      maxBytes: 1_048_576,
      allowInsecurePath: false,
      allowSymlinkPath: false,
    },
  });
});

test("a provider configuration with its defaults filled in reads as itself", () => {
  const first = parseProviderConfig({ source: "exec", command: "/bin/x", passEnv: ["HOME"] });
  expect(first.ok && parseProviderConfig(first.value)).toEqual(first);
});

describe("every broken rule is reported with its path", () => {
  test.each([
    [{ providers: { a: { source: "vault" } } }, 'providers.a.source must be "env" or "file" or "exec"'],
    [{ providers: { a: { source: "file" } } }, "providers.a.path is required"],
    [
      { providers: { a: { source: "file", path: "rel" } } },
      "providers.a.path must be an absolute path or start with ~/",
    ],
    [
      { providers: { a: { source: "file", path: "/x", maxBytes: 20 * 1024 * 1024 + 1 } } },
      "providers.a.maxBytes must be at most 20971520",
    ],
    [
      { providers: { a: { source: "file", path: "/x", timeoutMs: 0 } } },
      "providers.a.timeoutMs must be at least 1",
    ],
    [
      { providers: { a: { source: "file", path: "/x", timeoutMs: 1.5 } } },
      "providers.a.timeoutMs must be a whole number",
    ],
    [
      { providers: { a: { source: "file", path: "/x", mode: "raw" } } },
      'providers.a.mode must be "json" or "singleValue"',
    ],
    [{ providers: { a: { source: "exec", command: "op" } } }, "providers.a.command must be an absolute path"],
    [
      { providers: { a: { source: "exec", command: "/op\n" } } },
      "providers.a.command must not contain a NUL character or line break",
    ],
    [
      { providers: { a: { source: "exec", command: "/op", args: ["{id}"] } } },
      'providers.a.args may contain "{id}" only with jsonOnly: false',
    ],
    [
      { providers: { a: { source: "exec", command: "/op", args: ["x".repeat(1025)] } } },
      "providers.a.args.0 must be at most 1024 characters long",
    ],
    [
      { providers: { a: { source: "exec", command: "/op", passEnv: ["A=B"] } } },
      "providers.a.passEnv.0 must be the name of an environment variable",
    ],
    [
      { providers: { a: { source: "exec", command: "/op", comand: "" } } },
      "providers.a.comand is not a known key",
    ],
    [
      { providers: { a: { source: "env", allowlist: Array(257).fill("A") } } },
      "providers.a.allowlist must be at most 256 entries long",
    ],
    [
      { providers: { a: { source: "exec", command: "/bin/x", args: ["--token=${TOKEN}"] } } },
      "providers.a.args.0 must not contain a ${NAME} template",
    ],
    [{ providers: { A: { source: "env" } } }, "providers.A must be a provider alias"],
    [
      JSON.parse('{"providers":{"__proto__":{"source":"env"}}}'),
      "providers.__proto__ must be a provider alias",
    ],
    [{ providers: [] }, "providers must be an object"],
    [{ provider: {} }, "provider is not a known key"],
    [null, " must be an object"],
    [{ defaults: { file: "nowhere" } }, "defaults.file names no configured provider"],
    [
      { providers: { a: { source: "env" } }, defaults: { exec: "a" } },
      'defaults.exec names a provider of source "env"',
    ],
    [{ defaults: { vault: "a" } }, "defaults.vault is not a known key"],
    [{ resolution: { maxProviderConcurrency: 17 } }, "resolution.maxProviderConcurrency must be at most 16"],
    [{ resolution: { maxRefsPerProvider: 0 } }, "resolution.maxRefsPerProvider must be at least 1"],
    [{ resolution: { maxBatchBytes: "1" } }, "resolution.maxBatchBytes must be a number"],
  ])("%j", (value, rule) => {
    expect(rules(value)).toEqual([expect.stringContaining(rule)]);
  });

  test("all of them at once", () => {
    expect(
      rules({
        providers: { a: { source: "x" }, b: { source: "file" } },
        resolution: { maxBatchBytes: 0 },
        z: 1,
      }),
    ).toHaveLength(4);
  });
});

describe("each limit is accepted at its bounds and refused beyond them", () => {
  const file = (more: object) => ({ source: "file", path: "/s.json", ...more });
  const exec = (more: object) => ({ source: "exec", command: "/bin/x", jsonOnly: false, ...more });
  const numbers: readonly [string, (value: number) => object, number][] = [
    ["file timeoutMs", (timeoutMs) => file({ timeoutMs }), 120_000],
    ["file maxBytes", (maxBytes) => file({ maxBytes }), 20 * 1024 * 1024],
    ["exec timeoutMs", (timeoutMs) => exec({ timeoutMs }), 120_000],
    ["exec noOutputTimeoutMs", (noOutputTimeoutMs) => exec({ noOutputTimeoutMs }), 120_000],
    ["exec maxOutputBytes", (maxOutputBytes) => exec({ maxOutputBytes }), 20 * 1024 * 1024],
  ];
  test.each(numbers)("%s", (_title, provider, max) => {
    const ok = (value: number): boolean => parseProviderConfig(provider(value)).ok;
    expect([1, max].map(ok)).toEqual([true, true]);
    expect([0, -1, max + 1, 1.5, NaN, Infinity].map(ok)).toEqual(Array(6).fill(false));
  });

  const lists: readonly [string, (items: string[]) => object, string, number][] = [
    ["env allowlist", (allowlist) => ({ source: "env", allowlist }), "A", 256],
    ["file trustedDirs", (trustedDirs) => file({ trustedDirs }), "/a", 64],
    ["exec trustedDirs", (trustedDirs) => exec({ trustedDirs }), "/a", 64],
    ["exec args", (args) => exec({ args }), "a", 128],
    ["exec passEnv", (passEnv) => exec({ passEnv }), "a", 128],
  ];
  test.each(lists)("%s", (_title, provider, item, max) => {
    const ok = (count: number): boolean => parseProviderConfig(provider(Array<string>(count).fill(item))).ok;
    expect([0, max].map(ok)).toEqual([true, true]);
    expect(ok(max + 1)).toBe(false);
  });

  test.each([
    ["maxProviderConcurrency", 16],
    ["maxRefsPerProvider", 4096],
    ["maxBatchBytes", 5 * 1024 * 1024],
  ])("resolution.%s", (name, max) => {
    const broken = (value: number) => rules({ resolution: { [name]: value } }).length;
    expect([1, max].map(broken)).toEqual([0, 0]);
    expect([0, max + 1, 0.5].map(broken)).toEqual([1, 1, 1]);
  });

  test("an empty allowlist allows no variable and is not the same as none", () => {
    expect(parseProviderConfig({ source: "env", allowlist: [] })).toMatchObject({ value: { allowlist: [] } });
    expect(parseProviderConfig({ source: "env" })).toEqual({ ok: true, value: { source: "env" } });
  });
});

describe("a path in the configuration", () => {
  test.each(["/s.json", "~/s.json", "/with space/ü"])("may be %j", (path) => {
    expect(parseProviderConfig({ source: "file", path }).ok).toBe(true);
  });
  test.each(["s.json", "./s.json", "~", "~user/s.json", "", "/a\0b", "/a\nb", "${HOME}/s.json"])(
    "may not be %j",
    (path) => {
      expect(parseProviderConfig({ source: "file", path }).ok).toBe(false);
    },
  );
  test.each(["~/bin/x", "bin/x", "x", "", "/a\rb"])("of a command may not be %j either", (command) => {
    expect(parseProviderConfig({ source: "exec", command }).ok).toBe(false);
  });
  test.each(["~/a", "a"])("of a trusted directory may not be %j", (directory) => {
    expect(parseProviderConfig({ source: "file", path: "/s", trustedDirs: [directory] }).ok).toBe(false);
  });
});

test("a provider of a wrong type, or without a source, is told what to be", () => {
  expect(rules({ providers: { a: 5, b: null, c: {}, d: [] } })).toEqual([
    "providers.a must be an object",
    "providers.b must be an object",
    'providers.c.source must be "env" or "file" or "exec"',
    "providers.d must be an object",
  ]);
  expect(
    rules({ providers: { a: { source: "exec", command: "/x", args: "a", env: [], jsonOnly: 1 } } }),
  ).toEqual([
    "providers.a.args must be an array",
    "providers.a.jsonOnly must be a boolean",
    "providers.a.env must be an object",
  ]);
});

test("one invalid provider or limit leaves the rest usable", () => {
  const { config, issues } = readSecretsConfig({
    providers: { bad: { source: "file" }, good: { source: "file", path: "/g" } },
    defaults: { file: "good", exec: 5 },
    resolution: { maxBatchBytes: 0, maxRefsPerProvider: 7 },
  });
  expect(issues).toHaveLength(3);
  expect([...config.providers.keys()]).toEqual(["good", "default"]);
  expect([...config.invalidProviders]).toEqual(["bad"]);
  expect(config.resolution.maxBatchBytes).toBe(262_144);
});

test("the env provider that needs no configuration is the default env alias's, unless another provider has the name", () => {
  const aliases = (value: unknown) =>
    [...readSecretsConfig(value).config.providers].map(([alias, { source }]) => `${alias} ${source}`);
  expect(aliases({ defaults: { env: "shell" } })).toEqual(["shell env"]);
  expect(aliases({ providers: { default: { source: "file", path: "/x" } } })).toEqual(["default file"]);
  expect(aliases({ providers: { default: { source: "file" } } })).toEqual([]);
});

test("no issue quotes a value", async () => {
  const secret = canary();
  const bad = {
    source: "exec",
    command: secret,
    args: [`${secret}{id}`],
    env: { A: 5, [`x=${1}`]: secret },
    timeoutMs: secret,
  };
  const { threw } = await assertNoLeak(
    secret,
    () => readSecretsConfig({ providers: { a: bad }, defaults: secret }).issues,
  );
  expect(threw).toBe(false);
});

test("an alias may be named like a member of Object.prototype", () => {
  const { config, issues } = readSecretsConfig({
    providers: { constructor: { source: "file", path: "/x" } },
  });
  expect(issues).toEqual([]);
  expect(findProvider(config, { source: "file", provider: "constructor", id: "/a" }).ok).toBe(true);
  expect(findProvider(config, { source: "file", provider: "toString", id: "/a" }).ok).toBe(false);
});

test("a ref to no provider, to one of another source and to an invalid one are told apart", () => {
  const { config } = readSecretsConfig({ providers: { bad: { source: "file" }, shell: { source: "env" } } });
  const failure = (provider: string) => {
    const found = findProvider(config, { source: "file", provider, id: "/a" });
    return found.ok ? undefined : found.error;
  };
  expect(failure("gone")).toMatchObject({ code: "SECRET_PROVIDER_NOT_CONFIGURED" });
  expect(failure("gone")?.message).toContain('no provider "gone"');
  expect(failure("bad")?.message).toContain("not valid");
  expect(failure("shell")).toMatchObject({ code: "SECRET_PROVIDER_SOURCE_MISMATCH" });
});

test("the JSON Schemas describe strict objects", () => {
  expect(secretsJsonSchema()).toMatchObject({ type: "object", additionalProperties: false });
  expect(JSON.stringify(secretsJsonSchema())).toContain("allowSymlinkCommand");
  expect(secretRefJsonSchema()).toMatchObject({ oneOf: [{ required: ["source", "id"] }, {}, {}] });
});

test("more broken rules than a call takes arguments are all reported", () => {
  const keys = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, 1]));
  expect(readSecretsConfig({ providers: { a: { source: "env", ...keys } } }).issues).toHaveLength(200_000);
  expect(readSecretsConfig({ defaults: keys }).issues).toHaveLength(200_000);
});
