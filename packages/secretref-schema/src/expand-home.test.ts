import { root, testWith } from "@durar/testing";
import { expect, onTestFinished, test } from "vitest";
import { expandHome } from "./expand-home.ts";

test("only a leading ~/ stands for a home directory", () => {
  for (const path of ["/a/~/b", "~user/b", "/a"]) expect(expandHome(path, "/home/u", {})).toBe(path);
  expect(expandHome("~/a/~/b", "/home/u", {})).toBe("/home/u/a/~/b");
});

testWith(root, "a user without HOME and without an account has no home directory", () => {
  const { HOME } = process.env;
  delete process.env["HOME"];
  process.seteuid?.(4242);
  onTestFinished(() => {
    process.seteuid?.(0);
    if (HOME !== undefined) process.env["HOME"] = HOME;
  });
  expect(expandHome("~/a", undefined, {})).toBeUndefined();
});
