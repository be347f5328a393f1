import { describe, expect, test } from "vitest";
import { parseSshTarget } from "./ssh-target.ts";

describe("a target", () => {
  test.each([
    ["host", undefined, "host", undefined],
    ["user@host", "user", "host", undefined],
    ["user@host:2222", "user", "host", 2222],
    ["host.example.:22", undefined, "host.example.", 22],
    ["user@domain@host", "user@domain", "host", undefined],
    ["user@192.0.2.1:65535", "user", "192.0.2.1", 65_535],
    ["user@[2001:db8::1]:22", "user", "2001:db8::1", 22],
    ["[::1]", undefined, "::1", undefined],
    ["user@::1", "user", "::1", undefined],
    ["fe80::1%eth0", undefined, "fe80::1%eth0", undefined],
  ])("%s is user %s, host %s, port %s", (text, user, host, port) => {
    expect(parseSshTarget(text)).toEqual({ user, host, port });
  });

  test.each([
    "",
    "@host",
    "user@",
    "host:",
    "host:0",
    "host:65536",
    "host:22x",
    "host:022",
    "user@host\nProxyCommand x",
    "user@host:22\n",
    "host\r",
    "two words",
    "-oProxyCommand=x",
    "-l@host",
    'user"@host',
    "user\\x@host",
    "%h",
    "${HOME}",
    "[host]:22",
    "[::1]22",
    "[::1",
    "::1]:22",
    "1:2:3",
    "fe80::1%eth0\n",
    "fe80::1%eth 0",
    'fe80::1%"',
    "[fe80::1%${HOME}]:22",
    "[fe80::1%eth0\nProxyCommand x]",
    "fe80::1%%h",
    "fe80::1%",
    "ssh://user@host",
    "h\u00f6st",
  ])("%j is none", (text) => {
    expect(parseSshTarget(text)).toBeUndefined();
  });
});
