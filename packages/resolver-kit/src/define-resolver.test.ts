import { assertAbsent, canary } from "@durar/testing";
import { Secret } from "@durar/secretref-schema";
import { describe, expect, test } from "vitest";
import { defineResolver, refuse, type Resolution, type ResolverDefinition } from "./index.ts";

/** What a frozen definition answers for ids. */
function answer(definition: ResolverDefinition, ...ids: readonly string[]) {
  const request = Object.freeze({ provider: "vault", ids: Object.freeze([...ids]) });
  return defineResolver(Object.freeze(definition)).answer(request);
}

/** An object as deep as this. */
function nested(depth: number): Record<string, unknown> {
  return depth === 1 ? {} : { inner: nested(depth - 1) };
}

/** An object at which every look throws. */
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test("a function for one id answers strings, objects, refusals, and nothing for what does not exist", async () => {
  const results: Readonly<Record<string, Resolution>> = {
    text: "value",
    blank: "",
    account: { type: "service_account", private_key: "key" },
    denied: refuse("PERMISSION_DENIED"),
  };
  expect(await answer({ resolveOne: (id) => results[id] }, ...Object.keys(results), "none")).toEqual({
    protocolVersion: 1,
    values: { text: "value", blank: "", account: results["account"] },
    errors: { denied: { code: "PERMISSION_DENIED" }, none: { code: "NOT_FOUND" } },
  });
});

describe("a function for a batch", () => {
  test.each([
    [
      "a map",
      new Map([
        ["a", "1"],
        ["unasked", "2"],
      ]),
    ],
    ["an object", { a: "1", unasked: "2" }],
  ])(
    "answers with %s; what was not asked is dropped, what is not in it does not exist",
    async (_, result) => {
      expect(await answer({ resolve: () => result }, "a", "constructor")).toMatchObject({
        values: { a: "1" },
        errors: { constructor: { code: "NOT_FOUND" } },
      });
    },
  );

  test("is not called where nothing is asked", async () => {
    const resolve = () => {
      throw new Error("called");
    };
    expect(await answer({ resolve }, ...[])).toEqual({ protocolVersion: 1, values: {}, errors: {} });
  });

  test.each([
    ["nothing", undefined],
    ["an array", ["value"]],
    ["a set", new Set(["a"])],
  ])("that answers %s has answered no id, rather than that there is no such secret", async (_, result) => {
    const resolve = (() => result) as unknown as () => Record<string, string>;
    expect(await answer({ resolve }, "a")).toMatchObject({ errors: { a: { code: "UNAVAILABLE" } } });
  });
});

test("what a function throws becomes UNAVAILABLE, a refusal its code, and only onError sees it", async () => {
  const secret = canary();
  const thrown: unknown[] = [];
  const definition: ResolverDefinition = {
    resolveOne(id) {
      if (id === "refused") throw refuse("AMBIGUOUS");
      if (id === "failed") throw new Error(secret);
      return "value";
    },
    onError: (error) => void thrown.push(error),
  };
  const answered = await answer(definition, "refused", "failed", "ok");
  expect(answered).toMatchObject({
    values: { ok: "value" },
    errors: { refused: { code: "AMBIGUOUS" }, failed: { code: "UNAVAILABLE" } },
  });
  assertAbsent(secret, JSON.stringify(answered));
  expect(thrown).toHaveLength(1);
});

describe("what is thrown harms no other id", () => {
  const throwing = (thrown: unknown) => (id: string) => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- an author may throw anything
    if (id === "bad") throw thrown;
    return "value";
  };
  const asExpected = { values: { good: "value" }, errors: { bad: { code: "UNAVAILABLE" } } };

  test.each([
    ["nothing", undefined],
    ["something that cannot be looked at", revoked()],
  ])("%s", async (_, thrown) => {
    expect(await answer({ resolveOne: throwing(thrown) }, "bad", "good")).toMatchObject(asExpected);
  });

  test.each<[string, () => void]>([
    [
      "at once",
      () => {
        throw new Error("of onError");
      },
    ],
    ["later", async () => Promise.reject(new Error("of onError"))],
  ])("where onError itself fails %s", async (_, onError) => {
    const definition = { resolveOne: throwing(new Error("of the function")), onError };
    expect(await answer(definition, "bad", "good")).toMatchObject(asExpected);
  });
});

describe("a definition", () => {
  test("may be of a class that keeps something to itself", async () => {
    class Vault {
      readonly #value = "value";
      resolveOne(): string {
        return this.#value;
      }
    }
    expect(await answer(new Vault(), "a")).toMatchObject({ values: { a: "value" } });
  });

  test("may name the other function and leave it undefined", async () => {
    const definition = { resolve: () => ({ a: "value" }), resolveOne: undefined };
    expect(await answer(definition as unknown as ResolverDefinition, "a")).toMatchObject({
      values: { a: "value" },
    });
  });
});

test.each([
  ["a number", 5],
  ["a buffer", Buffer.from("text")],
  ["an array", ["text"]],
  ["a wrapped secret, whose JSON is a placeholder", new Secret("text")],
  ["an object that JSON cannot hold", { big: 1n }],
  ["an object whose JSON is a number", { toJSON: () => 5 }],
  ["an object whose JSON is null", { toJSON: () => null }],
  ["an object that nests deeper than a caller reads", nested(199)],
  ["something that cannot be looked at", revoked()],
  ["a refusal with a code of its own", Object.assign(refuse("NOT_FOUND"), { code: "TEAPOT" })],
])("%s is no value, and harms no other id", async (_, result) => {
  const resolveOne = (id: string) => (id === "bad" ? (result as unknown as string) : "value");
  expect(await answer({ resolveOne }, "bad", "good")).toMatchObject({
    values: { good: "value" },
    errors: { bad: { code: "UNAVAILABLE" } },
  });
});

test("an object that nests as deep as a caller reads is a value", async () => {
  expect(await answer({ resolveOne: () => nested(198) }, "a")).toHaveProperty("values.a");
});

test("an id that breaks the grammar never reaches the function", async () => {
  const asked: string[] = [];
  const resolveOne = (id: string): string => {
    asked.push(id);
    return "value";
  };
  expect(await answer({ resolveOne }, "-rf", "a/../b", "fine")).toMatchObject({
    values: { fine: "value" },
    errors: { "-rf": { code: "INVALID_ID" }, "a/../b": { code: "INVALID_ID" } },
  });
  expect(asked).toEqual(["fine"]);
});

test("no more ids are asked for at a time than were said", async () => {
  let now = 0;
  let most = 0;
  const resolveOne = async (): Promise<string> => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return "value";
  };
  await answer({ resolveOne, concurrency: 3 }, ...Array.from({ length: 20 }, (_, index) => `id${index}`));
  expect(most).toBe(3);
});

describe("when the time is up", () => {
  const hangsOn = (id: string) => (id === "slow" ? new Promise<string>(() => undefined) : "value");

  test("what was resolved is answered, the rest is UNAVAILABLE", async () => {
    expect(await answer({ resolveOne: hangsOn, timeoutMs: 50 }, "slow", "fast")).toMatchObject({
      values: { fast: "value" },
      errors: { slow: { code: "UNAVAILABLE" } },
    });
  });

  test("no further id is asked for", async () => {
    const asked: string[] = [];
    const caller = new AbortController();
    const resolveOne = async (id: string): Promise<string> => {
      asked.push(id);
      caller.abort();
      return "value";
    };
    const resolver = defineResolver({ resolveOne, concurrency: 1 });
    await resolver.answer({ provider: "vault", ids: ["a", "b", "c"] }, { signal: caller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual(["a"]);
  });

  test("the function is told, by its signal or by the caller's", async () => {
    const caller = new AbortController();
    let heard = false;
    const resolver = defineResolver({
      resolveOne: (_id, { signal }): Promise<string> =>
        new Promise(() => {
          signal.addEventListener("abort", () => (heard = true));
          caller.abort();
        }),
    });
    expect(await resolver.answer({ provider: "vault", ids: ["a"] }, { signal: caller.signal })).toMatchObject(
      { errors: { a: { code: "UNAVAILABLE" } } },
    );
    expect(heard).toBe(true);
  });
});

test.each<[object, string]>([
  [{}, "one function"],
  [{ resolve: () => ({}), resolveOne: () => "value" }, "one function"],
  [{ resolveOne: () => "value", timeoutMs: 0 }, "timeoutMs"],
  [{ resolveOne: () => "value", timeoutMs: 120_001 }, "timeoutMs"],
  [{ resolveOne: () => "value", concurrency: 1.5 }, "concurrency"],
])("a definition against the rules is refused: %j", (definition, rule) => {
  expect(() => defineResolver(definition as unknown as ResolverDefinition)).toThrow(
    expect.objectContaining({
      code: "RESOLVER_DEFINITION_INVALID",
      message: expect.stringContaining(rule) as string,
    }),
  );
});

test("a refusal has a code of the protocol's list", () => {
  expect(() => refuse("TEAPOT" as "NOT_FOUND")).toThrow(
    expect.objectContaining({ code: "RESOLVER_DEFINITION_INVALID" }),
  );
});

test("a request that breaks the protocol is refused", async () => {
  const resolver = defineResolver({ resolveOne: () => "value" });
  await expect(resolver.answer({ provider: "Not an alias", ids: [] })).rejects.toMatchObject({
    code: "RESOLVER_REQUEST_INVALID",
  });
});
