import { inspect } from "node:util";
import { expect, test } from "vitest";
import { assertNoLeak, canary } from "@durar/testing";
import { DurarError, isDurarError, SECRET_ERRORS, SecretRefError } from "./index.ts";

test("a SecretRefError takes kind and hint from its code's row", () => {
  const error = new SecretRefError("SECRET_NOT_FOUND", { message: "env:default:X is not set" });
  expect(error).toMatchObject({ kind: "not-found", hint: SECRET_ERRORS.SECRET_NOT_FOUND.hint, scope: "ref" });
  expect(error.name).toBe("SecretRefError");
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
