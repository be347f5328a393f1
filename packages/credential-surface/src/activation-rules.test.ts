import { describe, expect, test } from "vitest";
import {
  defineSurface,
  entryEnabled,
  featureEnabled,
  isOn,
  surveySurface,
  type ActivationRule,
} from "./index.ts";

/** Whether the one credential of a config is in use, and why. */
function activity(id: string, active: ActivationRule | undefined, config: unknown): string {
  const surface = defineSurface([active === undefined ? { id } : { id, active }]);
  const [entry] = surveySurface(surface, { stores: [{ kind: "config", value: config }] }).entries;
  return `${entry?.activity.active === true ? "on" : "off"}: ${entry?.activity.reason}`;
}

test("without a rule, a credential is always in use", () => {
  expect(activity("a.key", undefined, { a: { key: "s", enabled: false } })).toBe("on: always in use");
});

describe("entryEnabled", () => {
  test.each([
    ["services.*.token", { services: { mail: { token: "s" } } }, "on: services.mail is enabled"],
    [
      "services.*.token",
      { services: { mail: { token: "s", enabled: true } } },
      "on: services.mail is enabled",
    ],
    [
      "services.*.token",
      { services: { mail: { token: "s", enabled: false } } },
      "off: services.mail.enabled is false",
    ],
    [
      "services.*.auth.token",
      { services: { mail: { enabled: false, auth: { token: "s" } } } },
      "off: services.mail.enabled is false",
    ],
    [
      "services.*.headers.*",
      { services: { "a.b": { enabled: false, headers: { key: "s" } } } },
      'off: services["a.b"].enabled is false',
    ],
    ["servers[].token", { servers: [{ enabled: false, token: "s" }] }, "off: servers.0.enabled is false"],
    [
      "servers[].auth.token",
      { servers: [{ enabled: false, auth: { token: "s" } }] },
      "off: servers.0.enabled is false",
    ],
    ["db.password", { db: { enabled: false, password: "s" } }, "off: db.enabled is false"],
    ["mail.env.*", { mail: { enabled: false, env: { KEY: "s" } } }, "off: mail.enabled is false"],
    ["mail.env.*", { mail: { env: { KEY: "s", enabled: false } } }, "on: mail is enabled"],
    ["mail.keys[]", { mail: { enabled: false, keys: ["s"] } }, "off: mail.enabled is false"],
    ["env.*", { enabled: false, env: { KEY: "s" } }, "off: the document's enabled is false"],
    ["token", { enabled: false, token: "s" }, "off: the document's enabled is false"],
    ["token", { token: "s" }, "on: the document is enabled"],
  ])("decides %s in %j: %s", (id, config, expected) => {
    expect(activity(id, entryEnabled, config)).toBe(expected);
  });
});

describe("featureEnabled", () => {
  test.each([
    ["talk", { key: "s" }, "on: talk is enabled"],
    ["talk", { key: "s", talk: { enabled: false } }, "off: talk.enabled is false"],
    ["messages.tts", { key: "s", messages: { enabled: false } }, "on: messages.tts is enabled"],
    [
      "messages.tts",
      { key: "s", messages: { tts: { enabled: false } } },
      "off: messages.tts.enabled is false",
    ],
    [
      'plugins["a.b"]',
      { key: "s", plugins: { "a.b": { enabled: false } } },
      'off: plugins["a.b"].enabled is false',
    ],
  ])("%s decides in %j: %s", (path, config, expected) => {
    expect(activity("key", featureEnabled(path), config)).toBe(expected);
  });

  test.each(["", "a..b", "a[]"])("of %j is refused when it is declared", (path) => {
    expect(() => featureEnabled(path)).toThrow(TypeError);
  });
});

test("only an own enabled: false turns something off", () => {
  const inherited = Object.create({ enabled: false }) as unknown;
  const on = [
    {},
    { enabled: true },
    { enabled: null },
    { enabled: 0 },
    { enabled: "false" },
    inherited,
    [],
    5,
    null,
  ];
  expect(on.map(isOn)).toEqual(on.map(() => true));
  expect(isOn({ enabled: false })).toBe(false);
});

test("a credential in the store of an owner that is off is not in use, whatever its own rule says", () => {
  const surface = defineSurface([
    { id: "key", store: "profiles" },
    { id: "services.*.token", store: "profiles", active: entryEnabled },
  ]);
  const store = { kind: "profiles", value: { key: "s", services: { a: { token: "s" } } } };
  const reasons = (active: boolean) =>
    surveySurface(surface, {
      stores: [{ ...store, activity: { active, reason: active ? "agent a is on" : "agent a is off" } }],
    }).entries.map(({ activity: { active, reason } }) => [active, reason]);
  expect(reasons(false)).toEqual([
    [false, "agent a is off"],
    [false, "agent a is off"],
  ]);
  expect(reasons(true)).toEqual([
    [true, "agent a is on"],
    [true, "services.a is enabled"],
  ]);
});
