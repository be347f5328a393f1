import { readFileSync } from "node:fs";
import { join } from "node:path";
import { surveySurface } from "@durar/credential-surface";
import { describe, expect, test } from "vitest";
import { createDurarSurface, locateLayout, TARGET_ROWS, UNSUPPORTED_ROWS } from "./index.ts";
import * as names from "./index.ts";

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, "..", "fixtures", name), "utf8"));
}

interface Reference {
  readonly targets: readonly Readonly<Record<string, unknown>>[];
  readonly unsupported: readonly string[];
}

const reference = fixture("credential-surface.json") as Reference;
const surface = createDurarSurface(locateLayout({ environment: { HOME: "/home/u" } }));

function present(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

describe("the table is the reference's, row for row and key for key, in order", () => {
  test("it has 80 rows", () => {
    expect(reference.targets).toHaveLength(80);
    expect(TARGET_ROWS.map(({ id }) => id)).toEqual(reference.targets.map(({ id }) => id));
  });

  test.each(TARGET_ROWS.map((row, index) => [row.id, row, reference.targets[index]] as const))(
    "%s",
    (_id, row, expected) => {
      const { id, path = id, store = "config", expected: value = "string", activation, ...rest } = row;
      const shape = row.refPath === undefined ? "secret_input" : "sibling_ref";
      expect(present({ id, file: store, path, shape, expected: value, activation, ...rest })).toStrictEqual(
        expected,
      );
    },
  );

  test("the compiled surface keeps the rows, with their plan types", () => {
    const compiled = surface.targets.map(({ id, planType }) => [id, planType]);
    expect(compiled).toEqual(reference.targets.map(({ id, planType = id }) => [id, planType]));
  });

  test("every plan type and alias names its targets unambiguously", () => {
    const spellings = TARGET_ROWS.flatMap(({ id, planType = id, planTypeAliases = [] }) =>
      [...new Set([planType, ...planTypeAliases])].map((spelling) => [spelling, id] as const),
    );
    const shared = spellings.filter(
      ([spelling], index) => spellings.findIndex(([other]) => other === spelling) !== index,
    );
    // Google Chat's two targets share a type: the path tells them apart.
    expect(shared).toEqual([
      ["channels.googlechat.serviceAccount", "channels.googlechat.accounts.*.serviceAccount"],
    ]);
  });

  test("provider and account segments point at a wildcard of the path", () => {
    for (const { pattern, providerSegment, accountSegment } of surface.targets)
      for (const segment of [providerSegment, accountSegment])
        if (segment !== undefined)
          expect([pattern.text, pattern.steps[segment]]).toEqual([pattern.text, "any-key"]);
  });
});

describe("the nine paths that take no ref", () => {
  test("are the reference's, in order", () => {
    expect(UNSUPPORTED_ROWS.map(({ id, path }) => id ?? path)).toEqual(reference.unsupported);
    expect(reference.unsupported).toHaveLength(9);
  });

  const ref = { source: "env", provider: "default", id: "TOKEN" };
  const config = {
    commands: { ownerDisplaySecret: ref },
    hooks: {
      token: ref,
      gmail: { pushToken: ref },
      mappings: [{ sessionKey: "plain" }, { sessionKey: ref }],
    },
    channels: {
      discord: {
        threadBindings: { webhookToken: ref },
        accounts: { a: { threadBindings: { webhookToken: ref } } },
      },
      whatsapp: { creds: { json: ref }, accounts: { a: { creds: { json: ref } } } },
    },
  };
  const profiles = {
    profiles: { gmail: { type: "oauth", clientSecret: ref }, key: { type: "api_key", other: ref } },
  };

  test("make a ref there an error that names the path and the reason", () => {
    const { issues, warnings } = surveySurface(surface, {
      stores: [
        { kind: "config", value: config },
        { kind: "auth-profiles", agentId: "main", value: profiles },
      ],
    });
    expect(issues.map(({ path, rule }) => `${path.join(".")} ${rule}`)).toEqual([
      "commands.ownerDisplaySecret takes no SecretRef: the gateway generates and rewrites it",
      "hooks.token takes no SecretRef: it authenticates callers from outside and is read before activation",
      "hooks.gmail.pushToken takes no SecretRef: it is minted when the push subscription is made",
      "hooks.mappings.1.sessionKey takes no SecretRef: it names a session and is made at run time",
      "channels.discord.threadBindings.webhookToken takes no SecretRef: it is minted at run time",
      "channels.discord.accounts.a.threadBindings.webhookToken takes no SecretRef: it is minted at run time",
      "channels.whatsapp.creds.json takes no SecretRef: the session's key material rotates at run time",
      "channels.whatsapp.accounts.a.creds.json takes no SecretRef: the session's key material rotates at run time",
      "profiles.gmail.clientSecret takes no SecretRef: OAuth credentials rotate at run time",
    ]);
    expect(warnings.map(({ code, path }) => [code, path])).toEqual([
      ["SECRETS_REF_UNKNOWN_PATH", ["profiles", "key", "other"]],
    ]);
  });
});

test("the known names are the reference's, in order", () => {
  expect({
    modelProviders: names.MODEL_PROVIDER_VARIABLES,
    channels: names.CHANNEL_VARIABLES,
    nameSuffixes: names.SECRET_NAME_SUFFIXES,
    providerAliases: names.PROVIDER_ALIASES,
    nonSecretMarkers: names.NON_SECRET_MARKERS,
    sensitiveHeaders: names.SENSITIVE_HEADERS,
    webSearchPrecedence: names.WEB_SEARCH_PRECEDENCE,
  }).toEqual(fixture("known-names.json"));
  const order = fixture("known-names.json") as {
    modelProviders: object;
    channels: object;
    providerAliases: object;
  };
  expect(Object.keys(names.MODEL_PROVIDER_VARIABLES)).toEqual(Object.keys(order.modelProviders));
  expect(Object.keys(names.CHANNEL_VARIABLES)).toEqual(Object.keys(order.channels));
  expect(Object.keys(names.PROVIDER_ALIASES)).toEqual(Object.keys(order.providerAliases));
});
