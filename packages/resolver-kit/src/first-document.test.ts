import fc from "fast-check";
import { expect, test } from "vitest";
import { firstDocument } from "./first-document.ts";

test("any JSON object ends where its text ends, whatever stands before and behind it", () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(object, fc.constantFrom("", " ", "\n\t"), fc.string(), (value, space, behind) => {
      const text = JSON.stringify(value);
      expect(firstDocument(`${space}${text}${behind}`)?.end).toBe(space.length + text.length);
    }),
  );
});

test.each([
  ["{}", 1],
  ['{"a":[]}', 2],
  ['{"a":[{"b":"[[["}]}', 3],
])("%s nests %i deep", (text, depth) => {
  expect(firstDocument(text)?.depth).toBe(depth);
});

test.each(["", " ", "text {}", "[]", '"{}"', "{", '{"a":"}', '{"a":"\\'])(
  "%j starts with no whole object",
  (text) => {
    expect(firstDocument(text)).toBeUndefined();
  },
);
