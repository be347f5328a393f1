import { assertNoLeak, canary } from "@durar/testing";
import {
  encodeExecRequest,
  readSecretsConfig,
  Secret,
  SecretRefError,
  type ProviderRequest,
  type SecretAnswer,
  type SecretProvider,
  type SecretRef,
  type SecretSource,
} from "@durar/secretref-schema";
import { describe, expect, test } from "vitest";
import { resolveRefs, type SecretDemand } from "./index.ts";

type Resolve = (request: ProviderRequest) => Promise<ReadonlyMap<string, SecretAnswer>>;

const found = (value: unknown): SecretAnswer => ({ ok: true, value: new Secret(value) });
const answerAll =
  (value: (id: string) => SecretAnswer): Resolve =>
  async ({ ids }) =>
    new Map(ids.map((id) => [id, value(id)]));

function provider(
  source: SecretSource,
  resolve: Resolve,
  more: Partial<SecretProvider> = {},
): SecretProvider {
  return Object.freeze({ source, resolve, check: async () => undefined, ...more });
}

const exec = (alias: string, id: string): SecretRef => ({ source: "exec", provider: alias, id });
const demand = (ref: SecretRef, path: string): SecretDemand => ({ ref, path });

function secrets(aliases: readonly string[], resolution = {}) {
  const providers = Object.fromEntries(
    aliases.map((alias) => [alias, { source: "exec", command: "/bin/true" }]),
  );
  return readSecretsConfig({ providers, resolution }).config;
}

test("a ref that several paths need is asked for once", async () => {
  const asked: (readonly string[])[] = [];
  const resolve: Resolve = async ({ ids }) => {
    asked.push(ids);
    return new Map(ids.map((id) => [id, found(`value of ${id}`)]));
  };
  const demands = [
    demand(exec("a", "x"), "one"),
    demand(exec("a", "x"), "two"),
    demand(exec("a", "y"), "three"),
  ];
  const resolution = await resolveRefs(demands, {
    secrets: secrets(["a"]),
    providers: [provider("exec", resolve)],
  });
  expect(asked).toEqual([["x", "y"]]);
  expect(resolution).toMatchObject({ refsChecked: 2, failures: [], skippedRefs: [] });
  const answer = resolution.answer(demands[1]!);
  expect(answer?.ok && answer.value.reveal()).toBe("value of x");
});

test("two bad refs on two providers, each needed by two paths, are all reported at once", async () => {
  const resolve: Resolve = async ({ provider: alias, ids }) =>
    new Map(
      ids.map((id) => [
        id,
        {
          ok: false,
          error: new SecretRefError("SECRET_NOT_FOUND", { message: `${alias} has no such secret` }),
        },
      ]),
    );
  const demands = [
    demand(exec("a", "x"), "p1"),
    demand(exec("b", "y"), "p2"),
    demand(exec("a", "x"), "p3"),
    demand(exec("b", "y"), "p4"),
  ];
  const { failures } = await resolveRefs(demands, {
    secrets: secrets(["a", "b"]),
    providers: [provider("exec", resolve)],
  });
  expect(failures.map(({ code, provider: alias, id, paths }) => [code, alias, id, paths])).toEqual([
    ["SECRET_NOT_FOUND", "a", "x", ["p1", "p3"]],
    ["SECRET_NOT_FOUND", "b", "y", ["p2", "p4"]],
  ]);
});

test("a failed provider fails each of its refs and leaves the others alone", async () => {
  const resolve: Resolve = async (request) => {
    if (request.provider === "a")
      throw new SecretRefError("SECRET_PROVIDER_TIMEOUT", { message: "no answer in 5 s" });
    return answerAll(() => found("v"))(request);
  };
  const demands = [demand(exec("a", "x"), "p1"), demand(exec("a", "y"), "p2"), demand(exec("b", "z"), "p3")];
  const resolution = await resolveRefs(demands, {
    secrets: secrets(["a", "b"]),
    providers: [provider("exec", resolve)],
  });
  expect(resolution.failures.map(({ code, id, paths }) => [code, id, paths])).toEqual([
    ["SECRET_PROVIDER_TIMEOUT", "x", ["p1"]],
    ["SECRET_PROVIDER_TIMEOUT", "y", ["p2"]],
  ]);
  expect(resolution.answer(demands[2]!)?.ok).toBe(true);
});

test("what a provider throws by mistake is not shown", async () => {
  const secret = canary();
  const resolve: Resolve = () => Promise.reject(new Error(`bad ${secret}`));
  const outcome = await assertNoLeak(secret, () =>
    resolveRefs([demand(exec("a", "x"), "p")], {
      secrets: secrets(["a"]),
      providers: [provider("exec", resolve)],
    }),
  );
  expect(outcome).toMatchObject({
    threw: false,
    result: { failures: [{ code: "SECRET_PROTOCOL_INVALID" }] },
  });
});

test("an id the provider leaves unanswered is not found", async () => {
  const { failures } = await resolveRefs([demand(exec("a", "constructor"), "p")], {
    secrets: secrets(["a"]),
    providers: [provider("exec", async () => new Map())],
  });
  expect(failures).toMatchObject([{ code: "SECRET_NOT_FOUND", id: "constructor", paths: ["p"] }]);
});

test("unknown alias, wrong source and missing provider package are told apart", async () => {
  const demands = [
    demand(exec("gone", "x"), "p1"),
    demand({ source: "file", provider: "a", id: "/x" }, "p2"),
    demand({ source: "env", provider: "default", id: "X" }, "p3"),
  ];
  const { failures } = await resolveRefs(demands, { secrets: secrets(["a"]), providers: [] });
  expect(failures.map(({ code }) => code)).toEqual([
    "SECRET_PROVIDER_NOT_CONFIGURED",
    "SECRET_PROVIDER_SOURCE_MISMATCH",
    "SECRET_PROVIDER_NOT_INSTALLED",
  ]);
});

describe("a value must fit the field that needs it", () => {
  const values: Record<string, unknown> = {
    text: " padded\n",
    blank: " \n",
    object: { a: 1 },
    list: [],
    number: 5,
    nothing: null,
  };
  const providers = [
    provider(
      "exec",
      answerAll((id) => found(values[id])),
    ),
  ];
  const outcome = async (id: string, shape: "string" | "string-or-object") => {
    const one = { ref: exec("a", id), path: "p", shape };
    const { failures, answer } = await resolveRefs([one], { secrets: secrets(["a"]), providers });
    const answered = answer(one);
    return failures[0]?.code ?? (answered?.ok === true ? answered.value.reveal() : undefined);
  };

  test.each([
    ["text", "string", " padded\n"],
    ["blank", "string", "SECRET_EMPTY"],
    ["object", "string", "SECRET_VALUE_TYPE"],
    ["object", "string-or-object", { a: 1 }],
    ["list", "string-or-object", "SECRET_VALUE_TYPE"],
    ["number", "string", "SECRET_VALUE_TYPE"],
    ["nothing", "string-or-object", "SECRET_VALUE_TYPE"],
  ] as const)("%s for %s", async (id, shape, expected) => {
    expect(await outcome(id, shape)).toEqual(expected);
  });

  test("and one ref may fit one field and not another", async () => {
    const fits = { ref: exec("a", "object"), path: "p1", shape: "string-or-object" as const };
    const fails = { ref: exec("a", "object"), path: "p2" };
    const resolution = await resolveRefs([fits, fails], { secrets: secrets(["a"]), providers });
    expect(resolution.failures).toMatchObject([{ code: "SECRET_VALUE_TYPE", paths: ["p2"] }]);
    expect(resolution.answer(fits)?.ok).toBe(true);
  });
});

describe("limits", () => {
  test("more distinct refs than maxRefsPerProvider is an error that names the limit", async () => {
    const demands = ["x", "y", "z"].map((id) => demand(exec("a", id), id));
    const { failures } = await resolveRefs(demands, {
      secrets: secrets(["a"], { maxRefsPerProvider: 2 }),
      providers: [
        provider(
          "exec",
          answerAll(() => found("v")),
        ),
      ],
    });
    expect(failures.map(({ code }) => code)).toEqual(Array(3).fill("SECRET_LIMIT_EXCEEDED"));
    expect(failures[0]?.message).toContain("maxRefsPerProvider is 2");
  });

  test("a request larger than maxBatchBytes is split, and no request exceeds it", async () => {
    const sizes: number[] = [];
    const order: string[] = [];
    const resolve: Resolve = async (request) => {
      sizes.push(Buffer.byteLength(encodeExecRequest(request.provider, request.ids)));
      order.push(...request.ids);
      return answerAll((id) => found(id))(request);
    };
    const requestBytes = (alias: string, ids: readonly string[]): number =>
      Buffer.byteLength(encodeExecRequest(alias, ids));
    const ids = Array.from({ length: 100 }, (_, index) => `id/${"x".repeat(index % 17)}${index}`);
    const resolution = await resolveRefs(
      ids.map((id) => demand(exec("a", id), id)),
      {
        secrets: secrets(["a"], { maxBatchBytes: 200 }),
        providers: [provider("exec", resolve, { requestBytes })],
      },
    );
    expect(resolution.failures).toEqual([]);
    expect(order).toEqual(ids);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
    expect(Math.max(...sizes)).toBeGreaterThan(170);
  });

  test("one id that alone exceeds maxBatchBytes fails, and the others resolve", async () => {
    const requestBytes = (alias: string, ids: readonly string[]): number =>
      Buffer.byteLength(encodeExecRequest(alias, ids));
    const demands = ["short", "l".repeat(256)].map((id) => demand(exec("a", id), id));
    const resolution = await resolveRefs(demands, {
      secrets: secrets(["a"], { maxBatchBytes: 100 }),
      providers: [
        provider(
          "exec",
          answerAll(() => found("v")),
          { requestBytes },
        ),
      ],
    });
    expect(resolution.failures).toMatchObject([{ code: "SECRET_LIMIT_EXCEEDED", id: "l".repeat(256) }]);
    expect(resolution.answer(demands[0]!)?.ok).toBe(true);
  });

  test("no more than maxProviderConcurrency providers run at once", async () => {
    let running = 0;
    let most = 0;
    const resolve: Resolve = async (request) => {
      most = Math.max(most, ++running);
      await new Promise((done) => setTimeout(done, 5));
      running--;
      return answerAll(() => found("v"))(request);
    };
    const aliases = Array.from({ length: 9 }, (_, index) => `p${index}`);
    const { failures } = await resolveRefs(
      aliases.map((alias) => demand(exec(alias, "x"), alias)),
      { secrets: secrets(aliases, { maxProviderConcurrency: 3 }), providers: [provider("exec", resolve)] },
    );
    expect(failures).toEqual([]);
    expect(most).toBe(3);
  });
});

describe("an abort", () => {
  test("settles at once even when a provider ignores its signal", async () => {
    const controller = new AbortController();
    const never: Resolve = () => new Promise(() => undefined);
    const pending = resolveRefs([demand(exec("a", "x"), "p1"), demand(exec("b", "y"), "p2")], {
      secrets: secrets(["a", "b"], { maxProviderConcurrency: 1 }),
      providers: [provider("exec", never)],
      signal: controller.signal,
    });
    controller.abort();
    const { failures } = await pending;
    expect(failures.map(({ code, id }) => [code, id])).toEqual([
      ["SECRET_ABORTED", "x"],
      ["SECRET_ABORTED", "y"],
    ]);
  });
});

describe("a source that is only checked", () => {
  const run: Resolve = () => Promise.reject(new Error("must not run"));
  const untrusted = new SecretRefError("SECRET_PATH_UNTRUSTED", { message: "/bin/x is writable by others" });

  test("is skipped, counted and never run when its check finds nothing", async () => {
    const one = demand(exec("a", "x"), "p");
    const resolution = await resolveRefs([one], {
      secrets: secrets(["a"]),
      providers: [provider("exec", run)],
      checkOnly: ["exec"],
    });
    expect(resolution).toMatchObject({ failures: [], skippedRefs: [exec("a", "x")], refsChecked: 1 });
    expect(resolution.answer(one)).toBeUndefined();
  });

  test("fails each of its refs when the check fails", async () => {
    const resolution = await resolveRefs([demand(exec("a", "x"), "p"), demand(exec("a", "y"), "q")], {
      secrets: secrets(["a"]),
      providers: [provider("exec", run, { check: async () => untrusted })],
      checkOnly: ["exec"],
    });
    expect(resolution.failures.map(({ code, paths }) => [code, paths])).toEqual([
      ["SECRET_PATH_UNTRUSTED", ["p"]],
      ["SECRET_PATH_UNTRUSTED", ["q"]],
    ]);
    expect(resolution.skippedRefs).toEqual([]);
  });
});
