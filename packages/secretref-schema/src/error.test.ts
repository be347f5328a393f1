import { inspect } from "node:util";
import { expect, test } from "vitest";
import { assertNoLeak, canary } from "@durar/testing";
import { DurarError, isDurarError, SECRET_ERRORS, SecretRefError } from "./index.ts";

test("a SecretRefError takes kind and hint from its code's row", () => {
  const error = new SecretRefError("SECRET_NOT_FOUND", { message: "env:default:X is not set" });
  expect(error).toMatchObject({ kind: "not-found", hint: SECRET_ERRORS.SECRET_NOT_FOUND.hint, scope: "ref" });
  expect(error.name).toBe("SecretRefError");
});

test("the set of codes is closed: these, each about one ref, a whole provider or the caller", () => {
  const scopes = Object.entries(SECRET_ERRORS).map(([code, { scope }]) => [code, scope]);
  const of = (scope: string, codes: string) => codes.split(" ").map((code) => [`SECRET_${code}`, scope]);
  expect(scopes).toEqual([
    ...of("ref", "REF_INVALID NOT_FOUND EMPTY NOT_ALLOWLISTED VALUE_TYPE REF_POLICY PROVIDER_REPORTED"),
    ...of(
      "provider",
      "PROVIDER_NOT_CONFIGURED PROVIDER_SOURCE_MISMATCH PROVIDER_NOT_INSTALLED PATH_UNTRUSTED",
    ),
    ...of("provider", "PATH_UNREADABLE PAYLOAD_INVALID LIMIT_EXCEEDED PROVIDER_TIMEOUT PROVIDER_NO_OUTPUT"),
    ...of("provider", "PROVIDER_OUTPUT_LIMIT PROVIDER_EXIT PROVIDER_SPAWN PROTOCOL_INVALID"),
    ...of("caller", "EXEC_NOT_ALLOWED ABORTED"),
  ]);
  expect(Object.isFrozen(SECRET_ERRORS) && Object.values(SECRET_ERRORS).every(Object.isFrozen)).toBe(true);
});

test("every code says in one line when it is given and what to do", () => {
  for (const { when, hint } of Object.values(SECRET_ERRORS))
    for (const text of [when, hint]) expect(text).toMatch(/^[^\n]{8,120}[^.\n]$/);
});

test("message and hint are one line and safe to print, whatever went into them", () => {
  const error = new SecretRefError("SECRET_PATH_UNREADABLE", {
    message: "/a\n\u001b[31m/b\u202e cannot be read",
    hint: "chmod \u0007x",
  });
  expect([error.message, error.hint]).toEqual([
    "/a\\u000a\\u001b[31m/b\\u202e cannot be read",
    "chmod \\u0007x",
  ]);
  expect(String(error.stack)).not.toContain("\u001b");
  expect(error.with({ paths: ["x"] }).message).toBe(error.message);
});

test("an inspected error is one line: its code, message, the paths that need it, and what to do", () => {
  const error = new SecretRefError("SECRET_EMPTY", {
    message: "env:default:A is blank",
    paths: ["a.b", "c"],
  });
  expect(inspect(error)).toBe(
    "SecretRefError [SECRET_EMPTY]: env:default:A is blank (needed by a.b, c) - store a value under this id",
  );
  const bare = new DurarError({ code: "X_Y", kind: "internal", message: "m", hint: "h" });
  expect(inspect(bare)).toBe("DurarError [X_Y]: m - h");
  expect(JSON.parse(JSON.stringify(bare))).toEqual({
    name: "DurarError",
    code: "X_Y",
    kind: "internal",
    message: "m",
    hint: "h",
  });
});

test("an error's paths are its own and cannot be changed", () => {
  const paths = ["a"];
  const error = new SecretRefError("SECRET_EMPTY", { message: "m", paths });
  paths.push("b");
  expect(error.paths).toEqual(["a"]);
  expect(Object.isFrozen(error.paths)).toBe(true);
});

test("an error shows a fixed list of fields and never its cause", async () => {
  const hidden = canary();
  const error = new SecretRefError("SECRET_PATH_UNREADABLE", {
    message: "cannot be read",
    source: "file",
    provider: "main",
    id: "/a",
    paths: ["talk.apiKey"],
    cause: Object.assign(new Error("EACCES"), { text: hidden }),
  });
  expect(inspect(error, { showHidden: true })).not.toContain(hidden);
  await assertNoLeak(hidden, () => JSON.stringify(error) + inspect({ error }, { depth: 9 }));
  expect(Object.keys(error.toJSON())).toEqual([
    ...["name", "code", "kind", "message", "hint", "source", "provider", "id", "paths"],
  ]);
  expect((error.cause as Error).message).toBe("EACCES");
});

test("an error moved to another ref keeps its code, message and cause", () => {
  const cause = new Error("EIO");
  const error = new SecretRefError("SECRET_PROVIDER_TIMEOUT", {
    message: "no answer in 5 s",
    hint: "wait",
    cause,
  });
  const moved = error.with({ source: "exec", provider: "vault", id: "a", paths: ["x", "y"] });
  expect(moved).toMatchObject({
    code: error.code,
    message: error.message,
    hint: "wait",
    id: "a",
    paths: ["x", "y"],
  });
  expect(moved.cause).toBe(cause);
});

test("only trouble that may pass by itself is transient", () => {
  const of = (code: keyof typeof SECRET_ERRORS) => new SecretRefError(code, { message: "" });
  const transient = Object.keys(SECRET_ERRORS).filter(
    (code) => of(code as keyof typeof SECRET_ERRORS).transient,
  );
  expect(transient).toEqual([
    "SECRET_PATH_UNREADABLE",
    "SECRET_PROVIDER_TIMEOUT",
    "SECRET_PROVIDER_NO_OUTPUT",
    "SECRET_PROVIDER_EXIT",
    "SECRET_PROVIDER_SPAWN",
  ]);
  const reported = (code: string) =>
    new SecretRefError("SECRET_PROVIDER_REPORTED", { message: "", reported: code }).transient;
  expect([reported("UNAVAILABLE"), reported("NOT_FOUND")]).toEqual([true, false]);
});

test("isDurarError recognises an error of another copy of the package by its brand", () => {
  class Foreign extends Error {
    get [Symbol.for("durar.Error")](): true {
      return true;
    }
  }
  expect(isDurarError(new Foreign())).toBe(true);
  expect(isDurarError(new DurarError({ code: "X", kind: "internal", message: "", hint: "" }))).toBe(true);
  expect(isDurarError(new Error())).toBe(false);
  expect(isDurarError("SECRET_NOT_FOUND")).toBe(false);
});
