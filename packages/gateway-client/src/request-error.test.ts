import { isDurarError, Secret } from "@durar/secretref-schema";
import { assertNoLeak, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { errorOf } from "./fixtures/outcomes.ts";
import { httpServer, sendJson, sendRpc, socketServer } from "./fixtures/servers.ts";
import { createGatewayClient, GatewayRequestError, isGatewayRequestError } from "./index.ts";

async function errorFor(error: unknown): Promise<GatewayRequestError> {
  const { socket } = await socketServer((request, response) => sendRpc(request, response, { error }));
  const thrown = await errorOf(createGatewayClient({ socket }).call("secrets.reload", {}));
  if (!isGatewayRequestError(thrown)) throw thrown;
  return thrown;
}

const failure = {
  code: "SECRET_NOT_FOUND",
  message: "env:default:A is not set",
  hint: "set it",
  paths: ["a.b"],
  source: "env",
  provider: "default",
  id: "A",
} as const;

describe("an error that the gateway answers", () => {
  test("comes with its codes, its hint and every reason", async () => {
    const error = await errorFor({
      code: -32000,
      message: "1 secret is missing",
      data: { code: "SECRETS_RELOAD_FAILED", hint: "set it and reload", failures: [failure] },
    });
    expect(isDurarError(error)).toBe(true);
    expect(error).toMatchObject({
      name: "GatewayRequestError",
      code: "GATEWAY_REQUEST_FAILED",
      message: "secrets.reload failed: 1 secret is missing",
      hint: "set it and reload",
      rpcCode: -32000,
      dataCode: "SECRETS_RELOAD_FAILED",
      failures: [failure],
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: "GatewayRequestError",
      code: "GATEWAY_REQUEST_FAILED",
      kind: "unavailable",
      message: "secrets.reload failed: 1 secret is missing",
      hint: "set it and reload",
      rpcCode: -32000,
      dataCode: "SECRETS_RELOAD_FAILED",
      failures: [failure],
    });
  });

  test("needs no data", async () => {
    const error = await errorFor({ code: -32601, message: "no such method" });
    expect(error).toMatchObject({ rpcCode: -32601, dataCode: undefined, failures: [] });
    expect(error.hint).toBe("correct what the failures name, and try again");
    expect(error.toJSON()).not.toHaveProperty("dataCode");
  });

  test("may lack the id of a request that the gateway could not read", async () => {
    const { socket } = await socketServer((_request, response) =>
      sendJson(response, { jsonrpc: "2.0", id: null, error: { code: -32700, message: "not JSON" } }),
    );
    expect(await errorOf(createGatewayClient({ socket }).call("config.get", {}))).toMatchObject({
      code: "GATEWAY_REQUEST_FAILED",
      rpcCode: -32700,
    });
  });

  test("loses what is not of the form agreed", async () => {
    const error = await errorFor({
      code: -32000,
      message: "m",
      data: {
        code: "lower case",
        hint: 5,
        extra: "x",
        failures: [
          { ...failure, extra: "x", value: "y" },
          { code: "A_CODE", message: "m", paths: ["a", 5, null], source: "disk", provider: 1 },
          { code: "A_CODE" },
          { code: "not a code", message: "m" },
          { message: "m" },
          "text",
          null,
        ],
      },
    });
    expect(error.failures).toEqual([failure, { code: "A_CODE", message: "m", hint: "", paths: ["a"] }]);
    expect(error.dataCode).toBeUndefined();
    expect(Object.isFrozen(error.failures) && Object.isFrozen(error.failures[0])).toBe(true);
  });

  test("cannot change how a terminal shows a line, nor fill a log", async () => {
    const text = `\u001b[2J\u202e\n${"x".repeat(5_000)}`;
    const { message, hint, failures } = await errorFor({
      code: -32000,
      message: text,
      data: { hint: text, failures: [{ code: "A", message: text, hint: text, paths: [text] }] },
    });
    const [first] = failures;
    for (const shown of [message, hint, first?.message, first?.hint, first?.paths[0]]) {
      expect(shown).toContain("\\u001b[2J\\u202e\\u000axxx");
      expect(shown?.length).toBeLessThan(1_100);
    }
  });
});

test("a server that sends the credential back does not get it into an error", async () => {
  const secret = canary();
  const server = await httpServer((request, response) => {
    const text = `${"x".repeat(990)}${request.headers.authorization}`;
    const echo = {
      code: text,
      message: text,
      hint: text,
      paths: [text],
      provider: text,
      id: text,
      [text]: text,
    };
    sendRpc(request, response, {
      error: { code: -32000, message: text, data: { ...echo, failures: [echo] } },
    });
  });
  const client = createGatewayClient({ url: server.url, credential: new Secret(secret) });
  const outcome = await assertNoLeak(secret, () => client.call("secrets.status", {}));
  expect(outcome).toMatchObject({ error: { code: "GATEWAY_REQUEST_FAILED" } });
  // Nor does the start of it, where the text is cut.
  expect(outcome).not.toHaveProperty("error.message", expect.stringContaining(secret.slice(0, 3)));
});

test("a credential in capitals does not pass for a code", async () => {
  const secret = canary().toUpperCase().replaceAll("-", "_");
  const server = await httpServer((request, response) => {
    const failures = [{ code: secret, message: "m" }];
    sendRpc(request, response, { error: { code: 1, message: "m", data: { code: secret, failures } } });
  });
  const client = createGatewayClient({ url: server.url, credential: new Secret(secret) });
  const outcome = await assertNoLeak(secret, () => client.call("secrets.status", {}));
  expect(outcome).toMatchObject({ error: { dataCode: undefined, failures: [] } });
});

test("other errors and values are told apart", () => {
  expect(isGatewayRequestError(new Error("x"))).toBe(false);
  expect(isGatewayRequestError({ code: "GATEWAY_REQUEST_FAILED" })).toBe(false);
  expect(isGatewayRequestError(new GatewayRequestError({ message: "m", rpcCode: 1, failures: [] }))).toBe(
    true,
  );
});
