import { canary } from "@durar/testing";
import { expect, test } from "vitest";
import { isLoopback, listenSettings } from "./listen-settings.ts";

test.each([
  [{}, undefined, undefined],
  [{ bind: "lan" }, undefined, undefined],
  [{ port: 7000 }, undefined, "127.0.0.1 7000"],
  [{ port: 0 }, undefined, "127.0.0.1 0"],
  [{ port: 7000, bind: "loopback" }, undefined, "127.0.0.1 7000"],
  [{ port: 7000, bind: "lan" }, undefined, "0.0.0.0 7000"],
  [{ port: 7000, bind: "192.0.2.7" }, undefined, "192.0.2.7 7000"],
  [{ port: 7000, bind: "::1" }, undefined, "::1 7000"],
  [{ port: 7000, bind: "0:0:0:0:0:0:0:1" }, undefined, "::1 7000"],
  [{ port: 7000, bind: "2001:DB8::0:7" }, undefined, "2001:db8::7 7000"],
  [{ port: 7000, bind: "::ffff:127.0.0.1" }, undefined, "127.0.0.1 7000"],
  [{ port: 7000, bind: "fe80::1%lo" }, undefined, "fe80::1%lo 7000"],
  [{ port: 7000 }, 8000, "127.0.0.1 8000"],
  [{ port: 7000 }, 0, "127.0.0.1 0"],
  [{ bind: "lan" }, 8000, "0.0.0.0 8000"],
  [{}, 8000, "127.0.0.1 8000"],
])("%o and --port %s listen on %s", (gateway, port, expected) => {
  const address = listenSettings({ gateway }, port);
  expect(address && `${address.host} ${address.port}`).toBe(expected);
});

function refusalOf(bind: unknown): Error {
  try {
    listenSettings({ gateway: { port: 1, bind } });
  } catch (error) {
    return error as Error;
  }
  throw new Error("it is not refused");
}

test.each(["localhost", "LAN", "auto", "tailnet", "127.1", "0", "", "[::1]", "127.0.0.1:80", "a\nb", 5, {}])(
  "%j is refused as gateway.bind",
  (bind) => {
    const refusal = refusalOf(bind);
    expect(refusal).toMatchObject({ code: "GATEWAY_BIND_UNSUPPORTED", paths: ["gateway.bind"] });
    expect(refusal.message).toMatch(/^gateway\.bind ([^\n]* )?is not supported$/);
  },
);

test("a word that is refused is named; anything else may be a secret in the wrong place, and is not", () => {
  expect(refusalOf("tailnet").message).toBe('gateway.bind "tailnet" is not supported');
  for (const bind of [canary(), "x".repeat(1_000), "auto\u0000"])
    expect(refusalOf(bind).message).toBe("gateway.bind is not supported");
});

test("only addresses of this machine alone are loopback", () => {
  const own = ["127.0.0.1", "127.9.9.9", "::1"];
  const others = ["0.0.0.0", "::", "192.0.2.7", "1127.0.0.1", "::2", "localhost"];
  expect(own.map(isLoopback)).toEqual([true, true, true]);
  expect(others.some(isLoopback)).toBe(false);
});
