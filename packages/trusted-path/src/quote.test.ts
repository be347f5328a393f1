import { command, run, testWith } from "@durar/testing";
import { array, assert, constantFrom, property, string } from "fast-check";
import { expect, test } from "vitest";
import { quotePath } from "./quote.ts";

const nastyNames = array(
  constantFrom("a", " ", "'", '"', "\\", "$", "`", "!", "*", "\n", "\u001b", "\u007f", "\u202e", "é", "\\n"),
).map((pieces) => `/${pieces.join("")}`);

test("a plain path is shown as it is", () => {
  expect(quotePath("/opt/homebrew/bin/node@20")).toBe("/opt/homebrew/bin/node@20");
});

test("a path with a space or a quote is quoted for a shell", () => {
  expect(quotePath("/My Files/it's")).toBe(`'/My Files/it'\\''s'`);
});

test("control characters are escaped, so that no terminal obeys them", () => {
  expect(quotePath("/a\u001b[2J\nb'c\\")).toBe(String.raw`$'/a\u001b[2J\u000ab\'c\\'`);
});

test("whatever the path, what is shown is one line without control characters", () => {
  assert(
    property(string({ unit: "binary" }), (path) => !/[\p{Cc}\u2028\u2029\u202e]/u.test(quotePath(path))),
  );
});

testWith(command("bash"), "bash reads back every quoted path as it was", async () => {
  const paths: string[] = [];
  assert(property(nastyNames, (path) => paths.push(path) > 0));
  const script = `printf '%s\\0' ${paths.map(quotePath).join(" ")}`;
  const { stdout } = await run("bash", ["-c", script], {
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" },
  });
  expect(stdout.split("\0").slice(0, -1)).toEqual(paths);
});
