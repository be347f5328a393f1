import { Secret } from "@durar/secretref-schema";
import { assertNoLeak, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { createGatewayClient } from "./index.ts";

describe("a URL is taken", () => {
  test.each([
    "https://gateway.example:18789",
    "https://gateway.example",
    "HTTPS://Gateway.Example/",
    "http://localhost:18789",
    "http://127.0.0.1:18789/",
    "http://127.1.2.3:1",
    "http://127.1:1",
    "http://0x7f000001:1",
    "http://[::1]:18789",
  ])("%s", (url) => {
    expect(() => createGatewayClient(Object.freeze({ url }))).not.toThrow();
  });
});

describe("http: beyond this machine is refused", () => {
  test.each([
    ["http://gateway.example:18789", "gateway.example:18789"],
    ["http://192.168.1.5:18789", "192.168.1.5:18789"],
    ["http://0.0.0.0:1", "0.0.0.0:1"],
    ["http://127.0.0.1.example:1", "127.0.0.1.example:1"],
    ["http://localhost.example:1", "localhost.example:1"],
    ["http://[::ffff:7f00:1]:1", "[::ffff:7f00:1]:1"],
  ])("%s", (url, place) => {
    expect(() => createGatewayClient({ url, credential: new Secret("x") })).toThrow(
      expect.objectContaining({
        code: "GATEWAY_URL_INSECURE",
        message: `the gateway at ${place} would be reached unencrypted`,
      }),
    );
  });
});

describe("a URL that is more than scheme, host and port is refused, and not shown", () => {
  test.each<[string, (secret: string) => string, string]>([
    ["that is none", (secret) => secret, "is none"],
    ["that is none for its port", (secret) => `http://localhost:${secret}`, "is none"],
    ["of another scheme", (secret) => `ws://localhost:1/${secret}`, "is neither http: nor https:"],
    ["with a password", (secret) => `https://user:${secret}@host`, "holds a user or password"],
    ["with a user", (secret) => `https://${secret}@host`, "holds a user or password"],
    ["with a user, insecure", (secret) => `http://${secret}@host`, "holds a user or password"],
    ["with a path", (secret) => `https://host/${secret}`, "goes on after host and port"],
    ["with a query", (secret) => `https://host?token=${secret}`, "goes on after host and port"],
    ["with an empty query", () => "https://host/?", "goes on after host and port"],
    ["with a hash", (secret) => `https://host#${secret}`, "goes on after host and port"],
    ["with port 0, which Node would take for 80", () => "http://localhost:0", "has port 0"],
  ])("one %s", async (_title, url, problem) => {
    const secret = canary();
    const outcome = await assertNoLeak(secret, () => createGatewayClient({ url: url(secret) }));
    expect(outcome).toMatchObject({
      error: { code: "GATEWAY_URL_INVALID", message: `the gateway's URL ${problem}` },
    });
  });
});

describe("a socket path that no socket can have is refused", () => {
  test.each([
    ["an empty one, which Node would take for port 80", ""],
    ["one with a NUL byte, which Linux would take for an abstract socket", "\0gateway"],
    ["one too long, which would be cut off", `/tmp/${"x".repeat(103)}`],
  ])("%s", (_title, socket) => {
    expect(() => createGatewayClient({ socket })).toThrow(
      expect.objectContaining({ code: "GATEWAY_SOCKET_PATH" }),
    );
  });
});

test("a client does not show its credential, however it is printed", async () => {
  const secret = canary();
  const outcome = await assertNoLeak(secret, () =>
    createGatewayClient({ url: "https://gateway.example", credential: new Secret(secret) }),
  );
  expect(outcome.threw).toBe(false);
});
