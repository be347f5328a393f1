import { assertNoLeak, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import {
  defineSurface,
  entryEnabled,
  formatPath,
  holdsRef,
  isRecord,
  surveySurface,
  valueAt,
  type SurfaceOptions,
  type SurfaceStore,
  type SurveyOptions,
  type TargetDefinition,
} from "./index.ts";

const env = (id: string) => ({ source: "env", provider: "default", id });

/** A survey of one config, in short forms. */
function survey(
  targets: readonly TargetDefinition[],
  config: unknown,
  options: SurfaceOptions = {},
  more: Partial<SurveyOptions> = {},
) {
  const stores: readonly SurfaceStore[] = Object.freeze([{ kind: "config", value: config }]);
  const surface = defineSurface(targets, options);
  const found = surveySurface(surface, Object.freeze({ stores, ...more }));
  return {
    ...found,
    places: found.entries.map(({ place }) => [formatPath(place.inputPath), place.input.kind]),
    issueLines: found.issues.map(({ kind, path, rule }) => `${kind} ${formatPath(path)} ${rule}`),
    warningLines: found.warnings.map(({ code, path }) => `${code} ${formatPath(path ?? [])}`),
  };
}

describe("a credential is found", () => {
  test("at a fixed path, in every entry of a map and of a list", () => {
    const targets = [{ id: "db.password" }, { id: "services.*.token" }, { id: "agents.list[].key" }];
    const { places } = survey(targets, {
      services: { mail: { token: "${MAIL}" }, "a.b": { token: "plain" }, bare: {} },
      db: { password: env("DB") },
      agents: { list: [{ key: "Bearer ${KEY}" }, {}, { key: "" }] },
    });
    expect(places).toEqual([
      ["db.password", "ref"],
      ["services.mail.token", "ref"],
      ['services["a.b"].token', "plaintext"],
      ["agents.list.0.key", "template"],
      ["agents.list.2.key", "empty"],
    ]);
  });

  test("as each value of a map and each entry of a list of bare values", () => {
    const { places } = survey([{ id: "mail.env.*" }, { id: "keys[]" }], {
      mail: { env: { TOKEN: env("A"), "": "not walked" } },
      keys: ["x", env("B")],
    });
    expect(places).toEqual([
      ["mail.env.TOKEN", "ref"],
      ["keys.0", "plaintext"],
      ["keys.1", "ref"],
    ]);
  });

  test("under keys of digits, which stay keys of a map", () => {
    expect(survey([{ id: "services.*.token" }], { services: { 0: { token: "x" } } }).places).toEqual([
      ["services.0.token", "plaintext"],
    ]);
  });

  test("only in entries of its own profile type", () => {
    const targets = [{ id: "profiles.*.key", profileType: "api_key" }];
    const { places } = survey(targets, {
      profiles: { a: { type: "api_key", key: "x" }, b: { type: "token", key: "y" }, c: { key: "z" } },
    });
    expect(places).toEqual([["profiles.a.key", "plaintext"]]);
  });

  test("only in stores of its own kind, with the agent that owns it", () => {
    const surface = defineSurface([{ id: "key", store: "profiles" }, { id: "token" }]);
    const { entries } = surveySurface(surface, {
      stores: [
        { kind: "config", value: { key: "no", token: "yes" } },
        { kind: "profiles", agentId: "main", value: { key: "yes", token: "no" } },
      ],
    });
    expect(entries.map(({ place }) => [place.target.id, place.store.agentId])).toEqual([
      ["token", undefined],
      ["key", "main"],
    ]);
  });
});

test("a field that is absent or null, in containers that are absent or null, is no place and no error", () => {
  const targets = [{ id: "a.b.key" }, { id: "list[].key" }, { id: "map.*.key", refPath: "map.*.keyRef" }];
  for (const config of [
    {},
    null,
    undefined,
    { a: null, list: null, map: null },
    { a: { b: { key: null } }, list: [null, {}], map: { x: null, y: { key: null, keyRef: null } } },
  ]) {
    const { places, issues, warnings } = survey(targets, config);
    expect([places, issues, warnings]).toEqual([[], [], []]);
  }
});

test("a container of a wrong type is reported once, and the rest is still found", () => {
  const targets = [
    ...["db.password", "db.user", "map.*.key", "map.*.other", "list[].key", "x.y.z.key"].map((id) => ({
      id,
    })),
    { id: "ok" },
  ];
  const { places, issueLines } = survey(targets, {
    ...{ db: "postgres://", map: [], list: {}, x: { y: 5 }, ok: "found" },
  });
  expect(places).toEqual([["ok", "plaintext"]]);
  expect(issueLines).toEqual([
    "wrong-container db must be an object",
    "wrong-container map must be an object",
    "wrong-container list must be an array",
    "wrong-container x.y must be an object",
  ]);
});

test("a document that is no object is a wrong container itself", () => {
  expect(survey([{ id: "key" }], ["key"]).issues).toMatchObject([{ path: [], rule: "must be an object" }]);
});

test("segments that name the prototype machinery are never walked, and neither are empty ones: that is reported", () => {
  const config = JSON.parse(
    '{"services":{"__proto__":{"token":"a"},"constructor":{"token":"b"},"prototype":null,"":{"token":"c"},"x":{"token":"d"}}}',
  ) as unknown;
  const { places, issueLines } = survey([{ id: "services.*.token" }, { id: "services.*.other" }], config);
  expect(places).toEqual([["services.x.token", "plaintext"]]);
  expect(issueLines).toEqual([
    "wrong-container services.__proto__ must be under another name, since this one is never read",
    "wrong-container services.constructor must be under another name, since this one is never read",
    'wrong-container services[""] must be under another name, since this one is never read',
  ]);
  expect(
    survey([{ id: "services.*.token" }], { services: Object.create({ y: { token: "e" } }) as unknown })
      .places,
  ).toEqual([]);
});

describe("a sibling ref", () => {
  const targets = [{ id: "services.*.key", refPath: "services.*.keyRef" }];
  const one = (service: unknown) => survey(targets, { services: { a: service } });

  test("is in force where it is set, without a field beside it", () => {
    const { places, entries, warnings } = one({ keyRef: env("A") });
    expect(places).toEqual([["services.a.keyRef", "ref"]]);
    expect(entries[0]?.place.path).toEqual(["services", "a", "key"]);
    expect(warnings).toEqual([]);
  });

  test("takes precedence over plaintext, and says so", () => {
    const { places, warningLines, entries } = one({ key: "plain", keyRef: "${A}" });
    expect(places).toEqual([["services.a.keyRef", "ref"]]);
    expect(warningLines).toEqual(["SECRETS_REF_OVERRIDES_PLAINTEXT services.a.key"]);
    expect(entries[0]?.place.overridden).toEqual({ kind: "plaintext", value: "plain" });
  });

  test("takes precedence over a ref in the field itself, which is ignored visibly", () => {
    const { places, warnings } = one({ key: env("OLD"), keyRef: env("NEW") });
    expect(places).toEqual([["services.a.keyRef", "ref"]]);
    expect(warnings).toMatchObject([
      {
        code: "SECRETS_REF_IGNORED_INACTIVE_SURFACE",
        path: ["services", "a", "key"],
        message: "the ref at services.a.key is ignored: services.a.keyRef takes precedence",
      },
    ]);
  });

  test.each([null, undefined])("that is %j leaves the field itself in force", (keyRef) => {
    expect(one({ key: "plain", keyRef })).toMatchObject({
      places: [["services.a.key", "plaintext"]],
      warnings: [],
      issues: [],
    });
  });

  test.each([
    ["plaintext", "sk-123", "must be a SecretRef, not plaintext"],
    ["blank", " ", "must be a SecretRef, not plaintext"],
    ["a number", 5, "must be a string or a SecretRef, not a number"],
    ["no ref", { id: "A" }, 'a ref\'s source must be "env", "file" or "exec"'],
  ])("that is %s is malformed: the plaintext beside it is not used in its stead", (_title, keyRef, rule) => {
    const { places, issueLines } = one({ key: "plain", keyRef });
    expect(places).toEqual([["services.a.keyRef", "malformed"]]);
    expect(issueLines).toEqual([`malformed-ref services.a.keyRef ${rule}`]);
  });

  test("does not hide that the field itself is malformed", () => {
    const { issueLines } = one({ key: { source: "env", id: "lower" }, keyRef: env("A") });
    expect(issueLines).toEqual([
      expect.stringMatching(/^malformed-ref services\.a\.key an env id must match/),
    ]);
  });
});

test("a plain object is a value only where the target says so", () => {
  const account = { type: "service_account" };
  const targets: TargetDefinition[] = [{ id: "a", expected: "string-or-object" }, { id: "b" }];
  const { places, issueLines } = survey(targets, { a: account, b: account });
  expect(places).toEqual([
    ["a", "plaintext"],
    ["b", "malformed"],
  ]);
  expect(issueLines).toEqual(['malformed-ref b a ref has no key "type"']);
});

test("a malformed ref is an error even where its credential is not in use, and never quotes the value", async () => {
  const secret = canary();
  const config = { a: { enabled: false, key: [secret] }, b: { key: { source: secret, id: secret } } };
  const { result } = (await assertNoLeak(secret, () => {
    const { issueLines, warnings, violations } = survey([{ id: "*.key", active: entryEnabled }], config);
    return { issueLines, warnings, violations };
  })) as { result: { issueLines: string[] } };
  expect(result.issueLines).toEqual([
    "malformed-ref a.key must be a string or a SecretRef, not an array",
    'malformed-ref b.key a ref\'s source must be "env", "file" or "exec"',
  ]);
});

test("a ref whose credential is not in use is ignored with path and reason, and only a ref is", () => {
  const targets = [{ id: "services.*.token", active: entryEnabled }];
  const { warnings } = survey(targets, {
    services: {
      a: { enabled: false, token: env("A") },
      b: { enabled: false, token: "Bearer ${B}" },
      c: { enabled: false, token: "plain" },
      d: { enabled: true, token: env("D") },
    },
  });
  expect(warnings.map(({ code, message }) => [code, message])).toEqual([
    [
      "SECRETS_REF_IGNORED_INACTIVE_SURFACE",
      "the ref at services.a.token is ignored: services.a.enabled is false",
    ],
    [
      "SECRETS_REF_IGNORED_INACTIVE_SURFACE",
      "the ref at services.b.token is ignored: services.b.enabled is false",
    ],
  ]);
});

test("a ref without a provider gets the default alias that the caller names", () => {
  const defaults = { env: "shell", file: "files", exec: "vault" };
  const { entries } = survey(
    [{ id: "a" }, { id: "b" }],
    { a: "${A}", b: { source: "exec", id: "x" } },
    {},
    { defaults },
  );
  expect(entries.map(({ place }) => place.input)).toMatchObject([
    { ref: { provider: "shell" } },
    { ref: { provider: "vault" } },
  ]);
});

describe("what looks like a ref elsewhere", () => {
  const unsupported = [
    { path: "hooks.token", reason: "it is minted at run time" },
    { path: "hooks.list[].key", reason: "it names a session" },
    { path: "profiles.*.*", store: "profiles", profileType: "oauth", reason: "OAuth credentials rotate" },
  ];
  const targets = [{ id: "db.password" }];

  test("is left alone with a warning", () => {
    const { warningLines, issues, warnings } = survey(targets, {
      db: { password: env("A") },
      other: { deep: [{ "x y": env("B") }] },
      text: "${C}",
      nearly: { source: "env", id: "A", note: "not a ref" },
      providers: { source: "file", path: "/x" },
    });
    expect(issues).toEqual([]);
    expect(warningLines).toEqual(['SECRETS_REF_UNKNOWN_PATH other.deep.0["x y"]']);
    expect(warnings[0]?.message).toContain("left alone");
  });

  test("is an error where refs are ruled out, and says why", () => {
    const { issueLines, warnings } = survey(
      targets,
      {
        hooks: {
          token: env("A"),
          list: [{ key: "${B}" }, { key: { source: "file", id: "not even valid" } }],
        },
      },
      { unsupported },
    );
    expect(issueLines).toEqual([
      "unsupported-ref hooks.token takes no SecretRef: it is minted at run time",
      "unsupported-ref hooks.list.1.key takes no SecretRef: it names a session",
    ]);
    expect(warnings).toEqual([]);
  });

  test("is ruled out only in the stores and profiles that the table means", () => {
    const surface = defineSurface(targets, { unsupported });
    const { issues, warnings } = surveySurface(surface, {
      stores: [
        { kind: "config", value: { profiles: { a: { type: "oauth", access: env("A") } } } },
        {
          kind: "profiles",
          value: {
            hooks: { token: env("B") },
            profiles: { o: { type: "oauth", access: env("C") }, k: { type: "api_key", access: env("D") } },
          },
        },
      ],
    });
    expect(issues.map(({ store, path }) => [store.kind, formatPath(path)])).toEqual([
      ["profiles", "profiles.o.access"],
    ]);
    expect(warnings.map(({ store, path }) => [store?.kind, formatPath(path ?? [])])).toEqual([
      ["config", "profiles.a.access"],
      ["profiles", "hooks.token"],
      ["profiles", "profiles.k.access"],
    ]);
  });

  test("is not named again where a policy forbids it", () => {
    const { issues, warnings, violations } = survey(
      targets,
      { hooks: { token: env("A") } },
      {
        unsupported,
        policies: [
          ({ stores: [store] }) =>
            store === undefined
              ? []
              : [{ store, path: ["hooks", "token"], message: "no", hint: "remove it" }],
        ],
      },
    );
    expect([issues, warnings]).toEqual([[], []]);
    expect(violations).toHaveLength(1);
  });

  test("is found at any depth and once, in a document that repeats or contains itself", () => {
    let deep: unknown = env("DEEP");
    for (let level = 0; level < 100_000; level++) deep = { a: deep };
    expect(survey([], deep).warnings).toHaveLength(1);
    const cycle: Record<string, unknown> = { ref: env("A") };
    cycle["self"] = cycle;
    expect(survey([], cycle).warningLines).toEqual(["SECRETS_REF_UNKNOWN_PATH ref"]);
    let doubled: unknown = env("B");
    for (let level = 0; level < 60; level++) doubled = { a: doubled, b: doubled };
    expect(survey([], doubled).warnings).toHaveLength(2);
  });
});

test("policies look at every document and their violations are all reported", () => {
  const noShortKeys = survey(
    [{ id: "services.*.key" }],
    { services: { a: { key: "x" }, b: { key: "long enough" }, c: { key: "y" } } },
    {
      policies: [
        ({ placesOf, config, environment }) =>
          placesOf("services.*.key")
            .filter(({ path }) => String(valueAt(config, path)).length < 3 && environment["STRICT"] === "1")
            .map(({ store, path }) => ({ store, path, message: "is too short", hint: "use a longer one" })),
        () => [],
      ],
    },
    { environment: { STRICT: "1" } },
  );
  expect(noShortKeys.violations.map(({ path, message }) => `${formatPath(path)} ${message}`)).toEqual([
    "services.a.key is too short",
    "services.c.key is too short",
  ]);
});

test("a survey changes nothing in the documents and takes a time that grows with their size alone", () => {
  const services = Object.fromEntries(
    Array.from({ length: 50_000 }, (_, index) => [`s${index}`, { token: "${A}" }]),
  );
  const config = Object.freeze({ services: Object.freeze(services) });
  const { entries } = survey([{ id: "services.*.token", active: entryEnabled }], config);
  expect(entries.filter(({ activity, place }) => activity.active && holdsRef(place.input))).toHaveLength(
    50_000,
  );
});

test("somebody else's configuration needs nothing of Durar's", () => {
  const surface = defineSurface([
    { id: "database.password" },
    { id: "queues[].auth.secret", active: entryEnabled },
  ]);
  const config = {
    database: { password: "${DB_PASSWORD}" },
    queues: [
      { auth: { secret: { source: "file", provider: "mounted", id: "value" } } },
      { enabled: false, auth: {} },
    ],
  };
  const { entries, issues, violations, warnings } = surveySurface(surface, {
    stores: [{ kind: "config", value: config }],
  });
  expect([issues, violations, warnings]).toEqual([[], [], []]);
  const demands = entries.flatMap(({ place, activity }) =>
    activity.active && place.input.kind === "ref" ? [[formatPath(place.inputPath), place.input.ref.id]] : [],
  );
  expect(demands).toEqual([
    ["database.password", "DB_PASSWORD"],
    ["queues.0.auth.secret", "value"],
  ]);
  expect(isRecord(config)).toBe(true);
});
