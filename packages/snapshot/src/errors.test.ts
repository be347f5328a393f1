import { inspect } from "node:util";
import { isDurarError, SecretRefError } from "@durar/secretref-schema";
import { expect, test } from "vitest";
import { SNAPSHOT_ERRORS, SnapshotError, snapshotError, summarize } from "./errors.ts";

const missing = (path: string) =>
  new SecretRefError("SECRET_NOT_FOUND", { message: `${path} is missing`, paths: [path] });

test("an error shows each of its reasons, in text and as JSON, and the paths of all", () => {
  const error = new SnapshotError("SNAPSHOT_ACTIVATION_FAILED", "no", [
    missing("a"),
    missing("b"),
    missing("a"),
  ]);
  expect(isDurarError(error)).toBe(true);
  expect(error.paths).toEqual(["a", "b"]);
  expect(inspect(error).split("\n")).toHaveLength(4);
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({
    name: "SnapshotError",
    code: "SNAPSHOT_ACTIVATION_FAILED",
    failures: [{ paths: ["a"] }, { paths: ["b"] }, { paths: ["a"] }],
  });
  expect(Object.isFrozen(error.failures)).toBe(true);
});

test("a summary is one line with the first reason, where it is, and how many there are", () => {
  expect(summarize("it failed", [])).toBe("it failed");
  expect(summarize("it failed", [missing("a")])).toBe("it failed: a is missing (a)");
  expect(summarize("it failed", [missing("a"), missing("b")])).toBe(
    "it failed for 2 reasons, the first: a is missing (a)",
  );
});

test.each(Object.keys(SNAPSHOT_ERRORS) as (keyof typeof SNAPSHOT_ERRORS)[])(
  "%s says in one line each what is wrong and what to do",
  (code) => {
    const { message, hint } = snapshotError(code);
    expect(message + hint).not.toMatch(/[`\n]/);
    expect(hint.length).toBeGreaterThan(5);
  },
);
