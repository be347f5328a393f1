import { expect, test } from "vitest";
import { refuseOrigin } from "./check-origin.ts";

const allowedHosts = ["secrets.example", "other.example:8443", "[fd00::7]"];

function judged(host: string | undefined, origin?: string, localAddress = "127.0.0.1", bound = "127.0.0.1") {
  return refuseOrigin({ host, origin, localAddress }, bound, allowedHosts);
}

test.each([
  "localhost",
  "localhost:7777",
  "LocalHost:7777",
  "127.0.0.1",
  "127.0.0.1:1",
  "secrets.example",
  "SECRETS.example:80",
  "other.example:8443",
  "[fd00::7]",
  "[FD00::7]:8080",
])("the Host %s names this server", (host) => {
  expect(judged(host)).toBeUndefined();
});

test.each([
  undefined,
  "",
  " ",
  "attacker.example",
  "localhost.attacker.example",
  "attacker.example:7777",
  "localhost.",
  "localhost.:7777",
  "127.0.0.1.",
  "127.0.0.1.nip.example",
  "127.1",
  "2130706433",
  "0x7f.0.0.1",
  "127.0.0.2",
  "user@localhost",
  "localhost@attacker.example",
  "user:password@127.0.0.1:80",
  "localhost:80:80",
  "localhost:",
  "localhost:port",
  "localhost:123456",
  "localhost/",
  "localhost,attacker.example",
  "localhost attacker.example",
  "::1",
  "[::1",
  "::1]",
  "[::1]",
  "[localhost]",
  "[127.0.0.1]",
  "[::ffff:7f00:1]",
  "other.example",
  "other.example:80",
  "sub.secrets.example",
  "*",
])("the Host %s is refused", (host) => {
  expect(judged(host)).toContain("Host");
});

test("a list of hosts holds names and no patterns", () => {
  const request = { host: "a.example", origin: undefined, localAddress: undefined };
  expect(refuseOrigin(request, "127.0.0.1", ["*", "*.example", ".example"])).toContain("Host");
});

test("the address a request arrived at is this server's too, whatever was bound", () => {
  expect(judged("192.0.2.7:80", undefined, "192.0.2.7", "0.0.0.0")).toBeUndefined();
  expect(judged("192.0.2.7:80", undefined, "::ffff:192.0.2.7", "::")).toBeUndefined();
  expect(judged("[::1]:80", undefined, "::1", "::")).toBeUndefined();
  expect(judged("192.0.2.8:80", undefined, "192.0.2.7", "0.0.0.0")).toBeDefined();
});

test.each([
  ["localhost:7777", "http://localhost:7777"],
  ["localhost:7777", "HTTP://LOCALHOST:7777"],
  ["secrets.example", "https://secrets.example"],
])("at %s the Origin %s is its own", (host, origin) => {
  expect(judged(host, origin)).toBeUndefined();
});

test.each([
  "null",
  "",
  "https://attacker.example",
  "http://localhost",
  "http://localhost:3000",
  "http://127.0.0.1:7777",
  "http://localhost:7777.attacker.example",
  "http://localhost:7777@attacker.example",
  "http://localhost:7777/",
  "file://",
  "chrome-extension://abcdefghijklmnop",
  "http://localhost:7777, http://localhost:7777",
])("at localhost:7777 the Origin %j is foreign", (origin) => {
  expect(judged("localhost:7777", origin)).toContain("Origin");
});
