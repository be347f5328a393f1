import { join } from "node:path";
import {
  defineSurface,
  entryEnabled,
  formatPath,
  isRecord,
  off,
  on,
  type Policy,
  type SurfaceStore,
} from "@durar/credential-surface";
import { fromEnv } from "@durar/provider-env";
import { fromFile } from "@durar/provider-file";
import {
  Secret,
  SecretRefError,
  type ProviderRequest,
  type SecretAnswer,
  type SecretProvider,
} from "@durar/secretref-schema";
import { assertNoLeak, canary, temporaryDirectory, writePrivate } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { prepare, type Preparation, type PrepareOptions } from "./index.ts";

const noRefsInGuests: Policy = ({ stores }) =>
  stores
    .filter(({ value }) => isRecord(value) && value["guest"] === true && isRecord(value["login"]))
    .map((store) => ({ store, path: ["login"], message: "guests log in without", hint: "remove the ref" }));

const surface = defineSurface(
  [
    { id: "db.password" },
    { id: "db.certificate", expected: "string-or-object" },
    { id: "services.*.token", refPath: "services.*.tokenRef", active: entryEnabled },
    { id: "users.login", store: "users", path: "login" },
  ],
  { policies: [noRefsInGuests] },
);

const env = (id: string) => ({ source: "env", provider: "default", id }) as const;
const exec = (provider: string, id: string) => ({ source: "exec", provider, id }) as const;
const vaults = (...aliases: string[]) =>
  Object.fromEntries(aliases.map((alias) => [alias, { source: "exec", command: "/bin/vault" }]));

/** A provider that answers what it is given, notes what it was asked, and says of all else that it is not there. */
function vault(values: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const answer = (id: string): SecretAnswer =>
    Object.hasOwn(values, id)
      ? { ok: true, value: new Secret(values[id]) }
      : { ok: false, error: new SecretRefError("SECRET_NOT_FOUND", { message: "no such secret" }) };
  const provider: SecretProvider = {
    source: "exec",
    resolve: async ({ provider: alias, ids }: ProviderRequest) => {
      asked.push(`${alias}: ${ids.join(" ")}`);
      return new Map(ids.map((id) => [id, answer(id)]));
    },
    check: async () => undefined,
  };
  return { asked, provider };
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

function prepared(config: unknown, options: Partial<PrepareOptions> = {}): Promise<Preparation> {
  const stores: SurfaceStore[] = [{ kind: "config", value: deepFreeze(config) }];
  return prepare(
    Object.freeze({
      surface,
      providers: [fromEnv()],
      environment: {},
      ...options,
      stores: Object.freeze([...stores, ...(options.stores ?? [])]),
    }),
  );
}

/** What each place came to, in words, by its path. */
function outcomes({ entries }: Preparation): Record<string, string> {
  return Object.fromEntries(
    entries.map(({ place, outcome }) => {
      const detail =
        "value" in outcome
          ? JSON.stringify(outcome.value.reveal())
          : "errors" in outcome
            ? outcome.errors.map(({ code, id }) => `${code} ${id}`).join(", ")
            : "";
      return [formatPath(place.path), `${outcome.kind} ${detail}`.trim()];
    }),
  );
}

const warned = ({ warnings }: Preparation): string[] =>
  warnings.map(({ code, path = [] }) => `${code} ${formatPath(path)}`);

test("plaintext, refs, templates, files and sibling refs of all stores are resolved in one pass", async () => {
  const secrets = join(await temporaryDirectory(), "secrets.json");
  await writePrivate(secrets, JSON.stringify({ certificate: { pem: "-----" }, login: "from the file" }));
  const result = await prepared(
    {
      secrets: { providers: { files: { source: "file", path: secrets } } },
      db: {
        password: "${DB_USER}:${DB_PASSWORD}",
        certificate: { source: "file", provider: "files", id: "/certificate" },
      },
      services: {
        plain: { token: "as it is" },
        both: { token: "old", tokenRef: env("TOKEN") },
        nothing: { token: "" },
      },
    },
    {
      stores: [
        {
          kind: "users",
          agentId: "ada",
          value: { login: { source: "file", provider: "files", id: "/login" } },
        },
      ],
      providers: [fromEnv(), fromFile()],
      environment: { DB_USER: "ada", DB_PASSWORD: "lovelace ", TOKEN: "new" },
    },
  );
  expect(outcomes(result)).toEqual({
    "db.password": 'resolved "ada:lovelace "',
    "db.certificate": 'resolved {"pem":"-----"}',
    "services.plain.token": 'plaintext "as it is"',
    "services.both.token": 'resolved "new"',
    "services.nothing.token": "none",
    login: 'resolved "from the file"',
  });
  expect(result).toMatchObject({ ok: true, failures: [], refsChecked: 5, skippedRefs: [] });
  expect(warned(result)).toEqual(["SECRETS_REF_OVERRIDES_PLAINTEXT services.both.token"]);
});

test("two bad refs on two providers, each needed by two paths, fail four places after one request to each", async () => {
  const { provider, asked } = vault({});
  const result = await prepared(
    {
      secrets: { providers: vaults("red", "blue") },
      services: {
        a: { token: exec("red", "x") },
        b: { token: exec("blue", "y") },
        c: { token: exec("red", "x") },
        d: { token: exec("blue", "y") },
      },
    },
    { providers: [provider] },
  );
  expect(asked.sort()).toEqual(["blue: y", "red: x"]);
  expect(result.failures.map(({ provider: alias, paths }) => [alias, paths])).toEqual([
    ["red", ["services.a.token", "services.c.token"]],
    ["blue", ["services.b.token", "services.d.token"]],
  ]);
  const errors = result.entries.flatMap(({ outcome }) => (outcome.kind === "failed" ? outcome.errors : []));
  expect(errors.map(({ id, paths }) => `${id} ${paths.join()}`)).toEqual([
    "x services.a.token",
    "y services.b.token",
    "x services.c.token",
    "y services.d.token",
  ]);
  expect(result.ok).toBe(false);
});

describe("a template", () => {
  test("fails with each name that is missing, once, even where it holds a name twice", async () => {
    const result = await prepared(
      { db: { password: "${USER_NAME}:${PASS_A}:${PASS_B}:${PASS_A}" } },
      { environment: { USER_NAME: "ada" } },
    );
    expect(outcomes(result)["db.password"]).toBe("failed SECRET_NOT_FOUND PASS_A, SECRET_NOT_FOUND PASS_B");
    expect(result.failures.map(({ id }) => id)).toEqual(["PASS_A", "PASS_B"]);
  });

  test("names the refs that a failure of their whole provider concerns", async () => {
    const result = await prepared({ db: { password: "${A}-${B}" } }, { providers: [] });
    expect(outcomes(result)["db.password"]).toBe(
      "failed SECRET_PROVIDER_NOT_INSTALLED A, SECRET_PROVIDER_NOT_INSTALLED B",
    );
  });
});

describe("a ref that is not in use", () => {
  const config = {
    secrets: { providers: vaults("red"), resolution: { maxRefsPerProvider: 1 } },
    services: {
      used: { token: exec("red", "x") },
      unused: { enabled: false, token: exec("red", "gone") },
      shared: { enabled: false, token: exec("red", "x") },
    },
  };

  test("is not asked for, blocks nothing and is a warning with its reason", async () => {
    const { provider, asked } = vault({ x: "v" });
    const result = await prepared(config, { providers: [provider] });
    expect(asked).toEqual(["red: x"]);
    expect(result.ok).toBe(true);
    expect(outcomes(result)).toMatchObject({
      "services.unused.token": "none",
      "services.shared.token": "none",
    });
    expect(warned(result)).toEqual([
      "SECRETS_REF_IGNORED_INACTIVE_SURFACE services.unused.token",
      "SECRETS_REF_IGNORED_INACTIVE_SURFACE services.shared.token",
    ]);
    expect(result.warnings[0]?.message).toContain("services.unused.enabled is false");
  });

  test("is, when wanted, asked for after the others, so that no limit of theirs is touched", async () => {
    const { provider, asked } = vault({ x: "v" });
    const result = await prepared(config, { providers: [provider], includeInactive: true });
    expect(asked).toEqual(["red: x", "red: gone"]);
    expect(result).toMatchObject({ ok: true, failures: [], refsChecked: 2 });
    expect(outcomes(result)).toMatchObject({
      "services.used.token": 'resolved "v"',
      "services.unused.token": "failed SECRET_NOT_FOUND gone",
      "services.shared.token": 'resolved "v"',
    });
  });

  test("is asked for alone where only some are wanted", async () => {
    const { provider, asked } = vault({ x: "v" });
    const includeInactive = ({ path }: { readonly path: readonly string[] }): boolean => path[1] === "shared";
    const result = await prepared(config, { providers: [provider], includeInactive });
    expect(asked).toEqual(["red: x"]);
    expect(outcomes(result)).toMatchObject({
      "services.unused.token": "none",
      "services.shared.token": 'resolved "v"',
    });
  });
});

test("places that are left out are not asked for, and nothing can be published without them", async () => {
  const { provider, asked } = vault({ x: "v", y: "w" });
  const ref = (id: string) => ({ source: "exec", provider: "red", id });
  const services = {
    wanted: { token: ref("x") },
    unwanted: { token: ref("y") },
    off: { enabled: false, token: ref("y") },
    plain: { token: "as it stands" },
  };
  const config = { secrets: { providers: vaults("red") }, services };
  const only = ({ path }: { readonly path: readonly string[] }): boolean => path[1] === "wanted";
  const result = await prepared(config, { providers: [provider], only });
  expect(asked).toEqual(["red: x"]);
  expect(result).toMatchObject({ ok: false, failures: [], refsChecked: 1 });
  expect(outcomes(result)).toMatchObject({
    "services.wanted.token": 'resolved "v"',
    "services.unwanted.token": "skipped",
    "services.off.token": "none",
    "services.plain.token": 'plaintext "as it stands"',
  });
  expect((await prepared(config, { providers: [provider], only: () => true })).ok).toBe(true);
});

test("a value that does not fit its field fails there and nowhere else", async () => {
  const { provider } = vault({ key: { pem: "-----" } });
  const result = await prepared(
    {
      secrets: { providers: vaults("red") },
      db: { password: exec("red", "key"), certificate: exec("red", "key") },
    },
    { providers: [provider] },
  );
  expect(result.failures).toMatchObject([{ code: "SECRET_VALUE_TYPE", paths: ["db.password"] }]);
  expect(outcomes(result)["db.certificate"]).toBe('resolved {"pem":"-----"}');
});

describe("what is malformed", () => {
  test("is an issue of the configuration, and never taken for plaintext", async () => {
    const result = await prepared({ db: { password: { source: "env", id: "no" } } });
    expect(result).toMatchObject({ ok: false, surfaceIssues: [{ kind: "malformed-ref" }], failures: [] });
    expect(outcomes(result)).toEqual({ "db.password": "malformed" });
  });

  test("blocks nothing in the store of somebody who is off, nor does a broken policy there", async () => {
    const store = (activity: SurfaceStore["activity"]) =>
      [{ file: "a" }, env("LOGIN")].map((login) => ({
        kind: "users",
        agentId: "ada",
        activity,
        value: { guest: true, login },
      }));
    const away = await prepared({}, { stores: store(off("ada is away")) });
    expect(away).toMatchObject({ ok: true, surfaceIssues: [{}], violations: [{}, {}] });
    const [here] = await Promise.all([prepared({}, { stores: store(on("ada is here")).slice(1) })]);
    expect(here).toMatchObject({ ok: false, surfaceIssues: [], violations: [{}] });
  });

  test("in the secrets block is reported and stops nothing else from being resolved", async () => {
    const result = await prepared(
      { secrets: { providers: { Bad: { source: "env" } } }, db: { password: "${PASSWORD}" } },
      { environment: { PASSWORD: "v" } },
    );
    expect(result).toMatchObject({ ok: false, secretsIssues: [{ path: ["providers", "Bad"] }] });
    expect(outcomes(result)).toEqual({ "db.password": 'resolved "v"' });
  });
});

describe("a source that is only checked", () => {
  test("leaves its refs skipped, and the preparation not ok", async () => {
    const { provider, asked } = vault({});
    const result = await prepared(
      {
        secrets: { providers: vaults("red") },
        db: { password: exec("red", "x") },
        services: { a: { enabled: false, token: exec("red", "y") } },
      },
      { providers: [provider], checkOnly: ["exec"], includeInactive: true },
    );
    expect(asked).toEqual([]);
    expect(outcomes(result)).toEqual({ "db.password": "skipped", "services.a.token": "skipped" });
    expect(result).toMatchObject({
      ok: false,
      failures: [],
      skippedRefs: [exec("red", "x"), exec("red", "y")],
    });
  });

  test("does not keep the preparation from being ok where nothing in use needs it", async () => {
    const result = await prepared(
      {
        secrets: { providers: vaults("red") },
        services: { a: { enabled: false, token: exec("red", "y") } },
      },
      { providers: [vault({}).provider], checkOnly: ["exec"], includeInactive: true },
    );
    expect(result).toMatchObject({ ok: true, skippedRefs: [{}] });
  });
});

test("an abort fails every ref that is not answered yet, and is no exception", async () => {
  const result = await prepared(
    { db: { password: "${PASSWORD}" } },
    { environment: { PASSWORD: "v" }, signal: AbortSignal.abort() },
  );
  expect(result.failures).toMatchObject([{ code: "SECRET_ABORTED", paths: ["db.password"] }]);
});

test("without a configuration, and without environment, variables of the process still resolve", async () => {
  const stores = [{ kind: "users", value: { login: env("PATH") } }];
  const result = await prepare({ surface, stores, providers: [fromEnv()] });
  expect(outcomes(result)).toEqual({ login: `resolved ${JSON.stringify(process.env["PATH"])}` });
});

test("a failure names the store and agent of each path that is not in the configuration", async () => {
  const users = ["ada", undefined].map((agentId) => ({
    kind: "users",
    agentId,
    value: { login: env("GONE") },
  }));
  const result = await prepared({ db: { password: env("GONE") } }, { stores: users });
  expect(result.failures).toMatchObject([
    { paths: ["db.password", "login in users of agent ada", "login in users"] },
  ]);
});

test("nothing that a preparation prints, is or throws shows a secret", async () => {
  const secret = canary();
  await assertNoLeak(secret, () =>
    prepared(
      {
        db: { password: "${PASSWORD}", certificate: env("PASSWORD") },
        services: { broken: { token: "${PASSWORD}${GONE}" } },
      },
      { environment: { PASSWORD: secret } },
    ),
  );
});

test("tens of thousands of places are no trouble", async () => {
  const services = Object.fromEntries(
    Array.from({ length: 40_000 }, (_, index) => [`s${index}`, { token: `\${TOKEN_${index % 7}}` }]),
  );
  const { failures, entries } = await prepared({ services });
  expect(entries).toHaveLength(40_000);
  expect(failures.map(({ paths }) => paths.length).reduce((sum, count) => sum + count)).toBe(40_000);
});
