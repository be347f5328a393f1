import { formatPath, surveySurface } from "@durar/credential-surface";
import { assertNoLeak, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { createDurarSurface, locateLayout } from "./index.ts";

const surface = createDurarSurface(locateLayout({ environment: { HOME: "/home/u" } }));
const ref = { source: "file", provider: "main", id: "/key" };

function survey(profiles: object, modes: Readonly<Record<string, string>> = {}) {
  const declared = Object.fromEntries(Object.entries(modes).map(([id, mode]) => [id, { mode }]));
  const { violations, issues, warnings } = surveySurface(surface, {
    stores: [
      { kind: "config", value: { auth: { profiles: declared } } },
      { kind: "auth-profiles", agentId: "main", value: { profiles } },
    ],
  });
  return {
    forbidden: violations.map(({ store, path }) => `${store.agentId} ${formatPath(path)}`),
    violations,
    issues: issues.map(({ path }) => formatPath(path)),
    warnings: warnings.map(({ code, path = [] }) => `${code} ${formatPath(path)}`),
  };
}

describe("an OAuth profile may hold no ref", () => {
  test.each(["key", "keyRef", "token", "tokenRef", "access", "refresh"])(
    "in %s, in any of its forms",
    (field) => {
      for (const value of [ref, "${KEY}", "Bearer ${KEY}", { source: "env", id: "not an id" }])
        expect(survey({ a: { type: "oauth", [field]: value } })).toMatchObject({
          forbidden: [`main profiles.a.${field}`],
          issues: [],
          warnings: [],
        });
    },
  );

  test("whether its own type or its declared mode says that it is one", () => {
    expect(survey({ "x:y.z": { type: "api_key", keyRef: ref } }, { "x:y.z": "oauth" }).forbidden).toEqual([
      'main profiles["x:y.z"].keyRef',
    ]);
    expect(survey({ a: { type: "api_key", keyRef: ref } }, { a: "api_key", b: "oauth" }).forbidden).toEqual(
      [],
    );
  });

  test("and all violations are reported together, each with what to do", () => {
    const { violations, forbidden } = survey({
      a: { type: "oauth", access: ref, refresh: "${R}", expires: 5 },
      b: { type: "token", tokenRef: ref },
      c: { type: "oauth", key: ref },
    });
    expect(forbidden).toEqual(["main profiles.a.access", "main profiles.a.refresh", "main profiles.c.key"]);
    expect(new Set(violations.map(({ message }) => message))).toEqual(
      new Set(["an OAuth profile may hold no SecretRef and no template"]),
    );
    expect(violations[0]?.hint).toMatch(/remove the ref/);
  });
});

test("an OAuth profile's own credentials are no violation, and are not shown", async () => {
  const secret = canary();
  const { result } = (await assertNoLeak(secret, () =>
    survey({
      a: { type: "oauth", access: secret, refresh: `${secret}$\{x}`, key: "", token: null, escaped: "$${A}" },
    }),
  )) as { result: { forbidden: string[] } };
  expect(result.forbidden).toEqual([]);
});

test.each([null, [], "text", { a: null, b: 5, c: ["x"] }])(
  "odd profiles %j are no violation and no crash",
  (profiles) => {
    expect(survey(profiles as object).forbidden).toEqual([]);
  },
);

test("a ref in another field of an OAuth profile is an unsupported ref", () => {
  expect(survey({ a: { type: "oauth", access: ref, idToken: ref } })).toMatchObject({
    forbidden: ["main profiles.a.access"],
    issues: ["profiles.a.idToken"],
    warnings: [],
  });
});
