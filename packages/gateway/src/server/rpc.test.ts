import { assertAbsent, assertNoLeak } from "@durar/testing";
import { DurarError, SecretRefError } from "@durar/secretref-schema";
import { isGatewayRequestError } from "@durar/gateway-client";
import { expect, test } from "vitest";
import { gatewayPlace, ownerOf, refTo } from "../fixtures/gateway-place.ts";
import { send } from "../fixtures/raw-http.ts";
import { answerRpc } from "./rpc.ts";
import type { RpcMethods } from "./rpc-method.ts";

const context = { caller: "socket", signal: new AbortController().signal } as const;

/** What a request is answered with, and with which error, by methods of which one answers and the others throw. */
async function answered(request: unknown, thrown?: unknown) {
  const methods: RpcMethods = {
    "secrets.status": async () => ({ fine: true }),
    "secrets.reload": async () => {
      throw thrown as Error;
    },
  };
  const body = typeof request === "string" ? request : JSON.stringify(request);
  const { answer, ...rest } = await answerRpc(Buffer.from(body), methods, context);
  return {
    ...rest,
    answer: answer as { id: unknown; result?: unknown; error?: { code: number } } | undefined,
  };
}

const status = { jsonrpc: "2.0", method: "secrets.status" };
const reload = { jsonrpc: "2.0", id: 1, method: "secrets.reload" };

test.each(["a", "", "💥", 0, 1, -7, 1.5, Number.MAX_SAFE_INTEGER, null])(
  "the id %j comes back",
  async (id) => {
    expect((await answered({ ...status, id })).answer).toEqual({
      jsonrpc: "2.0",
      id,
      result: { fine: true },
    });
  },
);

test.each(["9007199254740993", "1e400", "-1e400", "true", "{}", "[1]"])(
  "the id %s, which could not come back as it is, is refused",
  async (id) => {
    const { answer } = await answered(`{"jsonrpc":"2.0","method":"secrets.status","id":${id}}`);
    expect(answer).toMatchObject({ id: null, error: { code: -32_600 } });
  },
);

test("a request without an id is a notification and gets no answer, not even to an error", async () => {
  expect(await answered(status)).toEqual({ method: "secrets.status", error: undefined, answer: undefined });
  expect((await answered({ ...status, method: "none" })).answer).toBeUndefined();
  expect((await answered({ ...reload, id: undefined }, new Error("x"))).answer).toBeUndefined();
});

test.each([
  ["a batch", [{ ...status, id: 1 }]],
  ["an empty batch", []],
  ["null", null],
  ["a number", 1],
  ["a string", '"secrets.status"'],
  ["nothing", {}],
  ["no version", { id: 1, method: "secrets.status" }],
  ["another version", { ...status, jsonrpc: "1.0", id: 1 }],
  ["a version that is a number", { ...status, jsonrpc: 2, id: 1 }],
  ["no method", { jsonrpc: "2.0", id: 1 }],
  ["a method that is no text", { jsonrpc: "2.0", id: 1, method: ["secrets.status"] }],
  ["params that are text", { ...status, id: 1, params: "x" }],
  ["params that are null", { ...status, id: 1, params: null }],
  ["a prototype instead of members", `{"__proto__":{"jsonrpc":"2.0","method":"secrets.status"}}`],
])("%s is no request", async (_title, request) => {
  expect(await answered(request)).toMatchObject({
    method: undefined,
    answer: { jsonrpc: "2.0", id: null, error: { code: -32_600 } },
  });
});

test.each([
  "",
  "none",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "Secrets.status",
  "rpc.discover",
])("there is no method %j", async (method) => {
  const outcome = await answered({ ...status, id: 1, method });
  expect(outcome).toMatchObject({ method: undefined, answer: { id: 1, error: { code: -32_601 } } });
  if (method !== "") assertAbsent(method, JSON.stringify(outcome));
});

test("an error without a code is -32603 and its text is withheld, thrown or in a list", async () => {
  for (const thrown of [
    new TypeError("hunter2-text"),
    "hunter2-text",
    null,
    new AggregateError([new Error("hunter2-text")]),
  ]) {
    const outcome = await answered(reload, thrown);
    expect(outcome).toMatchObject({ error: "-32603", answer: { error: { code: -32_603 } } });
    assertAbsent("hunter2-text", JSON.stringify(outcome));
  }
});

test("an error with a code is -32000 with its code, hint and every reason", async () => {
  const error = new DurarError({
    ...{ code: "X", kind: "denied", message: "what is wrong", hint: "what to do", paths: ["a.b"] },
    cause: new Error("hunter2-text"),
  });
  const outcome = await answered(reload, error);
  const failure = { code: "X", message: "what is wrong", hint: "what to do", paths: ["a.b"] };
  expect(outcome).toEqual({
    ...{ method: "secrets.reload", error: "X" },
    answer: {
      ...{ jsonrpc: "2.0", id: 1 },
      error: {
        code: -32_000,
        message: "what is wrong",
        data: { code: "X", hint: "what to do", failures: [failure] },
      },
    },
  });
});

test("of a list of errors the first one leads, and all that have a code are named", async () => {
  const reasons = [
    new SecretRefError("SECRET_NOT_FOUND", {
      ...{ message: "no such entry", source: "file", provider: "main", id: "/a", paths: ["x"] },
    }),
    new Error("hunter2-text"),
    new SecretRefError("SECRET_PROVIDER_REPORTED", {
      ...{ message: "reported", source: "exec", provider: "vault", id: "b", paths: ["y"] },
      reported: "UNAVAILABLE",
    }),
  ];
  const outcome = await answered(reload, new AggregateError(reasons));
  expect(outcome.answer).toMatchObject({
    error: {
      code: -32_000,
      data: {
        code: "SECRET_NOT_FOUND",
        failures: [
          { code: "SECRET_NOT_FOUND", source: "file", provider: "main", id: "/a", paths: ["x"] },
          {
            code: "SECRET_PROVIDER_REPORTED",
            source: "exec",
            provider: "vault",
            id: "b",
            reported: "UNAVAILABLE",
          },
        ],
      },
    },
  });
  assertAbsent("hunter2-text", JSON.stringify(outcome));
});

const hash = "0".repeat(64);
const wrong: readonly (readonly [string, string, unknown])[] = [
  ["params by position", "secrets.reload", ["VALUE"]],
  ["a parameter too many", "secrets.reload", { VALUE: "VALUE" }],
  ["many parameters too many", "secrets.status", { VALUE: 1, VALUE2: { VALUE: 2 } }],
  ["a parameter named like a prototype", "secrets.status", JSON.parse('{"__proto__":{"VALUE":1}}')],
  ["no command", "secrets.resolve", { targetIds: [] }],
  ["no targets", "secrets.resolve", { commandName: "VALUE" }],
  ["an empty command", "secrets.resolve", { commandName: "", targetIds: [] }],
  ["a command of two lines", "secrets.resolve", { commandName: "a\nVALUE", targetIds: [] }],
  ["a very long command", "secrets.resolve", { commandName: "VALUE".repeat(100), targetIds: [] }],
  ["targets that are text", "secrets.resolve", { commandName: "a", targetIds: "VALUE" }],
  ["a target that is no text", "secrets.resolve", { commandName: "a", targetIds: [{ VALUE: 1 }] }],
  ["too many targets", "secrets.resolve", { commandName: "a", targetIds: Array(1_001).fill("VALUE") }],
  ["an unknown target", "secrets.resolve", { commandName: "a", targetIds: ["gateway.auth.token", "VALUE"] }],
  ["paths that are null", "secrets.resolve", { commandName: "a", targetIds: [], paths: null }],
  ["no text", "config.set", { baseHash: hash }],
  ["a text that is an object", "config.set", { raw: { VALUE: "VALUE" }, baseHash: hash }],
  ["no hash", "config.apply", { raw: "VALUE" }],
  ["a hash that is none", "config.patch", { patch: {}, baseHash: "VALUE" }],
];

test("parameters that a method does not take are -32602, without a word of them", async () => {
  const place = await gatewayPlace();
  const secret = place.secret();
  await place.writeConfig({});
  const gateway = await place.start();
  const outcome = await assertNoLeak(secret, async () => {
    const answers: unknown[] = [];
    for (const [title, method, params] of wrong) {
      const body = JSON.stringify({ jsonrpc: "2.0", id: title, method, params }).replaceAll("VALUE", secret);
      const headers = { "content-type": "application/json" };
      const target = { socketPath: gateway.socket };
      const { status, text } = await send(target, { method: "POST", path: "/rpc", headers, body });
      const answer = JSON.parse(text) as { error: { code: number } };
      expect({ title, status, code: answer.error.code }).toEqual({ title, status: 200, code: -32_602 });
      answers.push(answer);
    }
    return answers;
  });
  if (outcome.threw) throw outcome.error as Error;
  const told = JSON.stringify(outcome.result);
  for (const rule of [
    "targetIds.1 is no known target id",
    "commandName must hold no control character",
    "baseHash must be a hash as config.get answers it",
  ])
    expect(told).toContain(rule);
});

test("notifications are 204 without a body, and are carried out", async () => {
  const place = await gatewayPlace();
  await place.writeConfig({});
  const gateway = await place.start();
  const answer = await send(
    { socketPath: gateway.socket },
    {
      method: "POST",
      path: "/rpc",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", method: "secrets.reload", params: {} }),
    },
  );
  expect(answer).toMatchObject({ status: 204, text: "" });
  expect(gateway.status().generation).toBe(2);
});

test("a failed reload lists every reason with its paths, and a broken configuration every line", async () => {
  const place = await gatewayPlace();
  await place.writeSecrets({ a: place.secret() });
  await place.writeConfig({});
  const gateway = await place.start();
  const client = ownerOf(gateway);
  const providers = Object.fromEntries(
    ["openai", "groq", "mistral"].map((id) => [id, { apiKey: refTo(id) }]),
  );
  await place.writeConfig({ models: { providers } });
  const failed: unknown = await client.call("secrets.reload", {}).catch((error: unknown) => error);
  if (!isGatewayRequestError(failed)) throw new Error("no error of the gateway");
  expect(failed).toMatchObject({ rpcCode: -32_000, dataCode: "SNAPSHOT_ACTIVATION_FAILED" });
  expect(failed.failures.flatMap(({ code, paths }) => paths.map((path) => `${code} ${path}`)).sort()).toEqual(
    [
      "SECRET_NOT_FOUND models.providers.groq.apiKey",
      "SECRET_NOT_FOUND models.providers.mistral.apiKey",
      "SECRET_NOT_FOUND models.providers.openai.apiKey",
    ],
  );

  await place.writeConfig({ gateway: { port: -1, bind: 5 } });
  const unreadable = { rpcCode: -32_000, failures: [{ code: "CONFIG_INVALID" }, { code: "CONFIG_INVALID" }] };
  await expect(client.call("secrets.reload", {})).rejects.toMatchObject(unreadable);
});
