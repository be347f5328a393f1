import { assertNoLeak, canary } from "@durar/testing";
import { expect, test } from "vitest";
import { readProviderConfig } from "./index.ts";

test("a provider reads its configuration with every default filled in, at its own entry", () => {
  expect(
    readProviderConfig("file", "main", Object.freeze({ source: "file", path: "/s.json" })),
  ).toMatchObject({
    ok: true,
    config: { source: "file", path: "/s.json", mode: "json", timeoutMs: 5000 },
  });
  expect(readProviderConfig("env", "shell", { source: "env" })).toEqual({
    ok: true,
    config: { source: "env" },
  });
});

test("a configuration that is not valid is refused with every rule it breaks, and none of its values", async () => {
  const secret = canary();
  const value = { source: "exec", command: secret, timeoutMs: secret, "odd\u001bkey": secret };
  const { result } = (await assertNoLeak(secret, () => {
    const read = readProviderConfig("exec", "vault", value);
    return read.ok ? undefined : read.error.toJSON();
  })) as { result: unknown };
  expect(result).toEqual({
    name: "SecretRefError",
    code: "SECRET_PROVIDER_NOT_CONFIGURED",
    kind: "invalid-config",
    message:
      'provider "vault": its configuration is not valid: command must be an absolute path; ' +
      "timeoutMs must be a number; odd\\u001bkey is not a known key",
    hint: "correct secrets.providers.vault",
    source: "exec",
    provider: "vault",
  });
});

test("one that is no object, and one of another source, are told apart", () => {
  const failure = (value: unknown) => {
    const read = readProviderConfig("exec", "x", value);
    return read.ok ? undefined : [read.error.code, read.error.message];
  };
  expect(failure(null)).toEqual([
    "SECRET_PROVIDER_NOT_CONFIGURED",
    'provider "x": its configuration is not valid: it must be an object',
  ]);
  expect(failure({ source: "env" })).toEqual([
    "SECRET_PROVIDER_SOURCE_MISMATCH",
    'provider "x" is of source "env", not "exec"',
  ]);
});
