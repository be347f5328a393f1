import { describe, expect, test } from "vitest";
import { needlesOf, shows } from "./needles.ts";

describe("a value is recognised", () => {
  const value = 'correct "horse" battery\nstaple é';
  const bytes = Buffer.from(value);
  test.each([
    ["as it is", value],
    ["in JSON", JSON.stringify({ value })],
    ["in base64", bytes.toString("base64")],
    ["in hex", bytes.toString("hex")],
    ["in a URL", `?q=${encodeURIComponent(value)}`],
    ["by one of its longer lines", 'said correct "horse" battery'],
  ])("%s", (_, text) => {
    expect(shows(needlesOf([value]), `noise ${text} noise`)).toBe(true);
    expect(shows(needlesOf([value]), "noise")).toBe(false);
  });

  test("within an object, where it is long enough to be no ordinary word", () => {
    const needles = needlesOf([{ type: "service_acc", nested: [{ key: "a key of some length" }] }]);
    expect(shows(needles, "a key of some length")).toBe(true);
    expect(shows(needles, "service_acc")).toBe(false);
  });
});

test("a short value, a number and half a character are looked for without harm", () => {
  expect(needlesOf(["short", 12345678, null, ""])).toEqual([]);
  expect(shows(needlesOf(["half of a pair \ud83d"]), "noise")).toBe(false);
});
