import { parseProviderConfig, type EnvProviderInput, type SecretAnswer } from "@durar/secretref-schema";
import { assertNoLeak, canary } from "@durar/testing";
import { assert, asyncProperty, string, stringMatching } from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { fromEnv } from "./index.ts";

const config: EnvProviderInput = Object.freeze({ source: "env" });

function shown(answer: SecretAnswer | undefined): unknown {
  if (answer === undefined) return undefined;
  return answer.ok ? answer.value.reveal() : answer.error.code;
}

async function resolveOne(
  id: string,
  environment: Record<string, string | undefined>,
  overrides: Partial<EnvProviderInput> = {},
): Promise<SecretAnswer> {
  const request = { provider: "default", config: { ...config, ...overrides }, ids: [id], environment };
  const answer = (await fromEnv().resolve(Object.freeze(request))).get(id);
  if (answer === undefined) throw new Error("the id was not answered");
  return answer;
}

test("a variable's value is the secret, untrimmed", async () => {
  expect(shown(await resolveOne("TOKEN", { TOKEN: "  a b\n" }))).toBe("  a b\n");
});

test("every id is answered, in the request's order, good and bad side by side", async () => {
  const answers = await fromEnv().resolve({
    provider: "default",
    config,
    ids: Object.freeze(["C", "A", "B"]),
    environment: { A: "1", C: "" },
  });
  expect([...answers].map(([id, answer]) => [id, shown(answer)])).toEqual([
    ["C", "SECRET_EMPTY"],
    ["A", "1"],
    ["B", "SECRET_NOT_FOUND"],
  ]);
});

test("the provider is frozen and of source env", () => {
  const provider = fromEnv(Object.freeze({ env: Object.freeze({}) }));
  expect(Object.isFrozen(provider)).toBe(true);
  expect(provider.source).toBe("env");
});

describe("the environment", () => {
  const request = { provider: "default", config, ids: ["DURAR_TEST_TOKEN"] };

  test("of the request wins over the one the provider was made with", async () => {
    const provider = fromEnv({ env: { DURAR_TEST_TOKEN: "made" } });
    const environment = { DURAR_TEST_TOKEN: "asked" };
    expect(shown((await provider.resolve({ ...request, environment })).get("DURAR_TEST_TOKEN"))).toBe(
      "asked",
    );
    expect(shown((await provider.resolve({ ...request, environment: {} })).get("DURAR_TEST_TOKEN"))).toBe(
      "SECRET_NOT_FOUND",
    );
    expect(shown((await provider.resolve(request)).get("DURAR_TEST_TOKEN"))).toBe("made");
  });

  test("is else that of the process at the time of the call", async () => {
    const provider = fromEnv();
    onTestFinished(() => void delete process.env["DURAR_TEST_TOKEN"]);
    expect(shown((await provider.resolve(request)).get("DURAR_TEST_TOKEN"))).toBe("SECRET_NOT_FOUND");
    process.env["DURAR_TEST_TOKEN"] = "later";
    expect(shown((await provider.resolve(request)).get("DURAR_TEST_TOKEN"))).toBe("later");
  });

  test("answers for its own variables only, and for a member of Object.prototype where it is one", async () => {
    const inherited = Object.create({ TOKEN: "inherited" }) as Record<string, string>;
    expect(shown(await resolveOne("TOKEN", inherited))).toBe("SECRET_NOT_FOUND");
    Object.defineProperty(Object.prototype, "DURAR_TEST_MEMBER", { value: "member", configurable: true });
    onTestFinished(() => void Reflect.deleteProperty(Object.prototype, "DURAR_TEST_MEMBER"));
    expect(shown(await resolveOne("DURAR_TEST_MEMBER", {}))).toBe("SECRET_NOT_FOUND");
    const own = JSON.parse('{"DURAR_TEST_MEMBER":"own"}') as Record<string, string>;
    expect(shown(await resolveOne("DURAR_TEST_MEMBER", own))).toBe("own");
  });
});

describe("a missing variable", () => {
  test.each([{}, { TOKEN: undefined }])("is not found: %j", async (environment) => {
    expect(await resolveOne("TOKEN", environment)).toMatchObject({
      ok: false,
      error: {
        code: "SECRET_NOT_FOUND",
        message: "env:default:TOKEN: the variable is not set in this process",
        source: "env",
        provider: "default",
        id: "TOKEN",
      },
    });
  });

  test("is explained to whoever has it in the shell and not in the service", async () => {
    const answer = await resolveOne("TOKEN", {});
    expect(answer).toHaveProperty("error.hint", expect.stringMatching(/shell.*systemd.*EnvironmentFile=/));
  });
});

test.each(["", " ", "\t\r\n", "\u00a0\ufeff"])(
  "a blank variable (%j) is empty, not missing",
  async (blank) => {
    const answer = await resolveOne("TOKEN", { TOKEN: blank });
    expect(answer).toMatchObject({ ok: false, error: { code: "SECRET_EMPTY", id: "TOKEN" } });
  },
);

describe("the allowlist", () => {
  test("refuses a variable that is set before one looks whether it is", async () => {
    for (const environment of [{ TOKEN: "x" }, {}])
      expect(await resolveOne("TOKEN", environment, { allowlist: ["OTHER"] })).toMatchObject({
        error: { code: "SECRET_NOT_ALLOWLISTED", hint: `add "TOKEN" to the provider's allowlist` },
      });
  });

  test("lets through what it names", async () => {
    expect(shown(await resolveOne("TOKEN", { TOKEN: "x" }, { allowlist: ["OTHER", "TOKEN"] }))).toBe("x");
  });

  test("that is empty allows none", async () => {
    expect(shown(await resolveOne("TOKEN", { TOKEN: "x" }, { allowlist: [] }))).toBe(
      "SECRET_NOT_ALLOWLISTED",
    );
  });
});

describe("an id", () => {
  test("that is no variable name is invalid and not shown, as it may be a secret in the wrong place", async () => {
    const secret = canary();
    const outcome = await assertNoLeak(secret, async () => {
      const answers = await fromEnv().resolve({
        provider: "default",
        config,
        ids: [secret],
        environment: {},
      });
      return [...answers.values()];
    });
    expect(outcome).toMatchObject({ result: [{ error: { code: "SECRET_REF_INVALID" } }] });
  });

  test("of the grammar finds its variable, any other is refused", async () => {
    await assert(
      asyncProperty(stringMatching(/^[A-Z][A-Z0-9_]{0,127}$/), async (id) => {
        return shown(await resolveOne(id, { [id]: "x" })) === "x";
      }),
    );
    await assert(
      asyncProperty(
        string().filter((id) => !/^[A-Z][A-Z0-9_]*$/.test(id)),
        async (id) => shown(await resolveOne(id, { [id]: "x" })) === "SECRET_REF_INVALID",
      ),
    );
  });
});

describe("a configuration", () => {
  test("that breaks a rule is the failure of every id and of the check, with path and rule", async () => {
    const broken = { source: "env", allowlist: ["GOOD", "bad"] } as const;
    const answers = await fromEnv().resolve({ provider: "main", config: broken, ids: ["A", "B"] });
    const message =
      'provider "main": its configuration is not valid: allowlist.1 must match ^[A-Z][A-Z0-9_]{0,127}$';
    for (const id of ["A", "B"])
      expect(answers.get(id)).toMatchObject({
        error: { code: "SECRET_PROVIDER_NOT_CONFIGURED", id, provider: "main", message },
      });
    const checked = await fromEnv().check({ provider: "main", config: broken });
    expect(checked).toMatchObject({ code: "SECRET_PROVIDER_NOT_CONFIGURED", message });
  });

  test("that is no object at all says so", async () => {
    const checked = await fromEnv().check({ provider: "main", config: null as never });
    expect(checked?.message).toBe('provider "main": its configuration is not valid: it must be an object');
  });

  test("of another source is a mismatch", async () => {
    const other = { source: "file", path: "/etc/token" } as never;
    const answers = await fromEnv().resolve({ provider: "main", config: other, ids: ["A"] });
    expect(answers.get("A")).toMatchObject({
      error: {
        code: "SECRET_PROVIDER_SOURCE_MISMATCH",
        message: 'provider "main" is of source "file", not "env"',
      },
    });
  });

  test("that is good passes the check whether or not a variable is set", async () => {
    expect(await fromEnv({ env: {} }).check({ provider: "main", config })).toBeUndefined();
  });

  test("with its defaults filled in is a configuration too", async () => {
    const parsed = parseProviderConfig({ source: "env", allowlist: ["A"] });
    if (!parsed.ok || parsed.value.source !== "env") throw new Error("no env configuration");
    expect(shown(await resolveOne("A", { A: "1" }, parsed.value))).toBe("1");
  });
});

test("neither value nor neighbouring variables show in answers", async () => {
  const [secret, other] = [canary(), canary()];
  const outcome = await assertNoLeak([secret, other], () =>
    fromEnv().resolve({
      provider: "default",
      config,
      ids: ["TOKEN", "MISSING", "BLANK"],
      environment: { TOKEN: secret, OTHER: other, BLANK: "" },
    }),
  );
  expect(outcome.threw).toBe(false);
});
