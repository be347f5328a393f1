import { assertNoLeak, canary } from "@durar/testing";
import {
  DurarError,
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
import fc from "fast-check";
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

function requestBytes(alias: string, ids: readonly string[]): number {
  return Buffer.byteLength(encodeExecRequest(alias, ids));
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

test("one id that fails at two providers is two failures", async () => {
  const resolve = answerAll(() => ({
    ok: false,
    error: new SecretRefError("SECRET_NOT_FOUND", { message: "no such secret" }),
  }));
  const { failures } = await resolveRefs([demand(exec("a", "x"), "p1"), demand(exec("b", "x"), "p2")], {
    secrets: secrets(["a", "b"]),
    providers: [provider("exec", resolve)],
  });
  expect(failures.map(({ provider: alias, paths }) => [alias, paths])).toEqual([
    ["a", ["p1"]],
    ["b", ["p2"]],
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

describe("a provider that breaks its contract fails its refs, is not shown, and leaves the others alone", () => {
  const secret = canary();
  const answers: Record<string, () => unknown> = {
    "answers nothing": () => undefined,
    "answers with an object": () => ({ x: { ok: true, value: new Secret("v") } }),
    "answers with a list": () => [secret],
    "answers an id with a bare value": () => new Map([["x", secret]]),
    "answers an id with null": () => new Map([["x", null]]),
    "answers an id with a value that is no Secret": () => new Map([["x", { ok: true, value: secret }]]),
    "answers an id with an error that is none of ours": () =>
      new Map([["x", { ok: false, error: new Error(secret) }]]),
    "answers an id with a code that is not in the table": () =>
      new Map([
        [
          "x",
          {
            ok: false,
            error: new DurarError({ code: secret, kind: "internal", message: secret, hint: secret }),
          },
        ],
      ]),
    "throws something that is no error": () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- that is the case
      throw secret;
    },
  };
  test.each(Object.entries(answers))("%s", async (_title, answer) => {
    const resolve: Resolve = async (request) =>
      request.provider === "a"
        ? (answer() as ReadonlyMap<string, SecretAnswer>)
        : answerAll(() => found("v"))(request);
    const demands = [demand(exec("a", "x"), "p1"), demand(exec("b", "y"), "p2")];
    const outcome = await assertNoLeak(secret, async () => {
      const resolution = await resolveRefs(demands, {
        secrets: secrets(["a", "b"]),
        providers: [provider("exec", resolve)],
      });
      return { failures: resolution.failures, ok: demands.map((one) => resolution.answer(one)?.ok) };
    });
    expect(outcome).toMatchObject({
      threw: false,
      result: { failures: [{ code: "SECRET_PROTOCOL_INVALID", id: "x", paths: ["p1"] }], ok: [false, true] },
    });
  });

  test("and an error made by another copy of the schema package keeps its code, message and hint", async () => {
    const foreign = new DurarError({
      code: "SECRET_EMPTY",
      kind: "not-found",
      message: "exec:a:x is blank",
      hint: "fill it",
      reported: "UNAVAILABLE",
    });
    for (const resolve of [
      answerAll(() => ({ ok: false, error: foreign as SecretRefError })),
      () => Promise.reject(foreign),
    ]) {
      const { failures } = await resolveRefs([demand(exec("a", "x"), "p")], {
        secrets: secrets(["a"]),
        providers: [provider("exec", resolve)],
      });
      expect(failures).toMatchObject([
        {
          code: "SECRET_EMPTY",
          message: "exec:a:x is blank",
          hint: "fill it",
          reported: "UNAVAILABLE",
          paths: ["p"],
        },
      ]);
      expect(failures[0]).toBeInstanceOf(SecretRefError);
    }
  });
});

test("refs are told apart by all three fields, whatever characters they hold", async () => {
  const asked: string[] = [];
  const resolve: Resolve = async (request) => {
    asked.push(...request.ids.map((id) => `${request.provider}|${id}`));
    return answerAll((id) => found(`${request.provider}|${id}`))(request);
  };
  const refs = [
    exec("a", "b:c"),
    exec("a", "b"),
    exec("b", "b:c"),
    exec("a", "constructor"),
    exec("constructor", "x"),
  ];
  const demands = refs.map((ref, index) => demand(ref, `p${index}`));
  const { failures, answer } = await resolveRefs(demands, {
    secrets: secrets(["a", "b", "constructor"]),
    providers: [provider("exec", resolve)],
  });
  expect(failures).toEqual([]);
  expect(asked.toSorted()).toEqual(["a|b", "a|b:c", "a|constructor", "b|b:c", "constructor|x"]);
  const values = demands.map((one) => {
    const answered = answer(one);
    return answered?.ok === true ? answered.value.reveal() : undefined;
  });
  expect(values).toEqual(refs.map(({ provider: alias, id }) => `${alias}|${id}`));
});

test("each provider gets its own configuration, its ids and the caller's environment, and options are left alone", async () => {
  const environment = Object.freeze({ A: "1" });
  const requests: ProviderRequest[] = [];
  const remember: Resolve = async (request) => {
    requests.push(request);
    return answerAll(() => found("v"))(request);
  };
  const config = readSecretsConfig({ providers: { f: { source: "file", path: "/s.json" } } }).config;
  const demands = Object.freeze([
    demand({ source: "env", provider: "default", id: "A" }, "p1"),
    demand({ source: "file", provider: "f", id: "/a" }, "p2"),
  ]);
  const options = Object.freeze({
    secrets: config,
    providers: Object.freeze([provider("env", remember), provider("file", remember)]),
    environment,
  });
  expect((await resolveRefs(demands, options)).failures).toEqual([]);
  expect(requests).toMatchObject([
    { provider: "default", config: { source: "env" }, ids: ["A"], environment },
    { provider: "f", config: { source: "file", path: "/s.json" }, ids: ["/a"], environment },
  ]);
});

test("one ref that fails differently for two fields is reported for each", async () => {
  const values: Record<string, unknown> = { x: { a: 1 } };
  const demands = [
    demand(exec("a", "x"), "p1"),
    demand(exec("a", "x"), "p2"),
    { ref: exec("a", "y"), path: "p3", shape: "string-or-object" as const },
  ];
  const { failures } = await resolveRefs(demands, {
    secrets: secrets(["a"]),
    providers: [
      provider(
        "exec",
        answerAll((id) => found(values[id])),
      ),
    ],
  });
  expect(failures.map(({ code, message, paths }) => [code, message, paths])).toEqual([
    ["SECRET_VALUE_TYPE", "exec:a:x is an object; this field takes a string", ["p1", "p2"]],
    ["SECRET_VALUE_TYPE", "exec:a:y is null; this field takes a string or an object", ["p3"]],
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

  test("maxRefsPerProvider is the provider's own: others resolve, and so does one with just as many", async () => {
    const demands = [exec("a", "x"), exec("a", "y"), exec("a", "z"), exec("b", "x"), exec("b", "y")].map(
      (ref) => demand(ref, `${ref.provider}.${ref.id}`),
    );
    const repeated = [...demands, demand(exec("b", "x"), "again")];
    const { failures } = await resolveRefs(repeated, {
      secrets: secrets(["a", "b"], { maxRefsPerProvider: 2 }),
      providers: [
        provider(
          "exec",
          answerAll(() => found("v")),
        ),
      ],
    });
    expect(failures.map(({ code, paths }) => [code, paths])).toEqual([
      ["SECRET_LIMIT_EXCEEDED", ["a.x"]],
      ["SECRET_LIMIT_EXCEEDED", ["a.y"]],
      ["SECRET_LIMIT_EXCEEDED", ["a.z"]],
    ]);
  });

  test("the batches of one provider run one after another, and one that fails leaves the others alone", async () => {
    const log: string[] = [];
    const resolve: Resolve = async (request) => {
      const [id = ""] = request.ids;
      log.push(`start ${id}`);
      await new Promise((done) => setTimeout(done, 5));
      log.push(`end ${id}`);
      if (id === "y") throw new SecretRefError("SECRET_PROVIDER_EXIT", { message: "ended with status 1" });
      return answerAll(() => found("v"))(request);
    };
    const { failures } = await resolveRefs(
      ["x", "y", "z"].map((id) => demand(exec("a", id), id)),
      {
        secrets: secrets(["a"], { maxBatchBytes: 50 }),
        providers: [provider("exec", resolve, { requestBytes })],
      },
    );
    expect(log).toEqual(["start x", "end x", "start y", "end y", "start z", "end z"]);
    expect(failures).toMatchObject([{ code: "SECRET_PROVIDER_EXIT", id: "y" }]);
  });

  test("ids of any characters are split without exceeding the limit or losing one", async () => {
    const id = fc.string({
      unit: fc.constantFrom("a", '"', "é", "\u2028", "𝒳", "/"),
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(id, { maxLength: 30 }),
        fc.integer({ min: 60, max: 400 }),
        async (ids, limit) => {
          const asked: string[] = [];
          const resolve: Resolve = async (request) => {
            expect(requestBytes(request.provider, request.ids)).toBeLessThanOrEqual(limit);
            asked.push(...request.ids);
            return answerAll(() => found("v"))(request);
          };
          const { failures } = await resolveRefs(
            ids.map((one) => demand(exec("a", one), one)),
            {
              secrets: secrets(["a"], { maxBatchBytes: limit }),
              providers: [provider("exec", resolve, { requestBytes })],
            },
          );
          expect(asked).toEqual(ids.filter((one) => requestBytes("a", [one]) <= limit));
          expect(failures).toHaveLength(ids.length - asked.length);
        },
      ),
    );
  });

  test("thousands of refs needed by many paths each are resolved in passing", async () => {
    const ids = Array.from({ length: 4096 }, (_, index) => `id${index}`);
    const demands = ids.flatMap((id) =>
      Array.from({ length: 10 }, (_, index) => demand(exec("a", id), `p${index}.${id}`)),
    );
    const { failures, refsChecked } = await resolveRefs(demands, {
      secrets: secrets(["a"], { maxRefsPerProvider: 4096 }),
      providers: [
        provider(
          "exec",
          answerAll(() => found("")),
          { requestBytes },
        ),
      ],
    });
    expect(refsChecked).toBe(4096);
    expect(failures).toHaveLength(4096);
    expect(failures[0]?.paths).toHaveLength(10);
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

  test("keeps what was answered before it", async () => {
    const controller = new AbortController();
    const resolve: Resolve = async (request) => {
      if (request.ids.includes("y")) {
        controller.abort();
        return new Promise(() => undefined);
      }
      return answerAll(() => found("v"))(request);
    };
    const demands = ["x", "y", "z"].map((id) => demand(exec("a", id), id));
    const resolution = await resolveRefs(demands, {
      secrets: secrets(["a"], { maxBatchBytes: 50 }),
      providers: [provider("exec", resolve, { requestBytes })],
      signal: controller.signal,
    });
    expect(resolution.answer(demands[0]!)?.ok).toBe(true);
    expect(resolution.failures.map(({ code, id }) => [code, id])).toEqual([
      ["SECRET_ABORTED", "y"],
      ["SECRET_ABORTED", "z"],
    ]);
  });

  test("before the start asks no provider anything", async () => {
    const asked: string[] = [];
    const never: Resolve = async ({ provider: alias }) => {
      asked.push(alias);
      return new Map();
    };
    const options = { secrets: secrets(["a"]), signal: AbortSignal.abort(new Error("hidden")) };
    const check = async ({ provider: alias }: { readonly provider: string }) => {
      asked.push(alias);
      return undefined;
    };
    for (const checkOnly of [[], ["exec"] as const]) {
      const providers = [provider("exec", never, { check })];
      const { failures } = await resolveRefs([demand(exec("a", "x"), "p")], {
        ...options,
        providers,
        checkOnly,
      });
      expect(failures.map(({ code, message }) => [code, message])).toEqual([
        ["SECRET_ABORTED", "resolution was aborted by its caller"],
      ]);
    }
    expect(asked).toEqual([]);
  });

  test("leaves no listener on its signal", async () => {
    const { signal } = new AbortController();
    const listeners: string[] = [];
    const watched = Object.create(signal, {
      aborted: { value: false },
      throwIfAborted: { value: () => undefined },
      addEventListener: { value: (name: string) => listeners.push(name) },
      removeEventListener: { value: () => listeners.pop() },
    }) as AbortSignal;
    const providers = [
      provider(
        "exec",
        answerAll(() => found("v")),
      ),
    ];
    await resolveRefs([demand(exec("a", "x"), "p")], { secrets: secrets(["a"]), providers, signal: watched });
    expect(listeners).toEqual([]);
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

  test("fails an id that is too long for any request, and refs beyond the limit, as running it would", async () => {
    const options = { providers: [provider("exec", run, { requestBytes })], checkOnly: ["exec"] as const };
    const long = await resolveRefs([demand(exec("a", "l".repeat(256)), "p"), demand(exec("a", "x"), "q")], {
      ...options,
      secrets: secrets(["a"], { maxBatchBytes: 100 }),
    });
    expect(long.failures).toMatchObject([{ code: "SECRET_LIMIT_EXCEEDED", paths: ["p"] }]);
    expect(long.skippedRefs).toEqual([exec("a", "x")]);
    const many = await resolveRefs([demand(exec("a", "x"), "p"), demand(exec("a", "y"), "q")], {
      ...options,
      secrets: secrets(["a"], { maxRefsPerProvider: 1 }),
    });
    expect(many.failures).toHaveLength(2);
  });

  const secret = canary();
  test.each([
    ["throws", () => Promise.reject(new Error(secret))],
    ["answers something else than an error of ours", async () => new Error(secret) as SecretRefError],
  ])("whose check %s fails without being shown", async (_title, check) => {
    const outcome = await assertNoLeak(secret, () =>
      resolveRefs([demand(exec("a", "x"), "p")], {
        secrets: secrets(["a"]),
        providers: [provider("exec", run, { check })],
        checkOnly: ["exec"],
      }),
    );
    expect(outcome).toMatchObject({
      result: { failures: [{ code: "SECRET_PROTOCOL_INVALID" }], skippedRefs: [] },
    });
  });

  test("leaves other sources to be resolved", async () => {
    const env = { source: "env", provider: "default", id: "A" } as const;
    const resolution = await resolveRefs([demand(exec("a", "x"), "p"), demand(env, "q")], {
      secrets: secrets(["a"]),
      providers: [
        provider("exec", run),
        provider(
          "env",
          answerAll(() => found("v")),
        ),
      ],
      checkOnly: ["exec"],
    });
    expect(resolution).toMatchObject({ failures: [], skippedRefs: [exec("a", "x")], refsChecked: 2 });
    expect(resolution.answer(demand(env, "q"))?.ok).toBe(true);
  });
});
