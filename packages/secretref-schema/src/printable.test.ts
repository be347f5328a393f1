import fc from "fast-check";
import { expect, test } from "vitest";
import { printable } from "./index.ts";

test.each([
  ["plain text, ключ, 鍵, 🔑", "plain text, ключ, 鍵, 🔑"],
  ["a\u001b[31mred", "a\\u001b[31mred"],
  ["line\nbreak\r\ttab", "line\\u000abreak\\u000d\\u0009tab"],
  ["\u0000\u007f\u0085\u009b", "\\u0000\\u007f\\u0085\\u009b"],
  ["\u202eabc\u2066\u200f\u061c\ufeff", "\\u202eabc\\u2066\\u200f\\u061c\\ufeff"],
  ["\u2028\u2029", "\\u2028\\u2029"],
  ["back\\slash", "back\\slash"],
])("%j is printed as %s", (text, printed) => {
  expect(printable(text)).toBe(printed);
});

test("any text becomes one line, keeps what is harmless, and stays as it is when printed again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const printed = printable(text);
      expect(printed.split(/[\n\r\u2028\u2029\u0085]/)).toHaveLength(1);
      expect(printable(printed)).toBe(printed);
      expect(printed.replaceAll(/\\u[0-9a-f]{4}/g, "").length).toBeLessThanOrEqual(text.length);
    }),
  );
});
