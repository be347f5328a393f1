import { expect, test } from "vitest";
import { textPosition } from "./text-position.ts";

test.each([
  ["", 0, 1, 1],
  ["abc", 2, 1, 3],
  ["a\nb", 2, 2, 1],
  ["a\r\nb", 3, 2, 1],
  ["a\rb", 2, 2, 1],
  ["a\n\n\nb", 4, 4, 1],
  ["é\u{1f511}x", 3, 1, 3],
  ["a\n\u{1f511}\u{1f511}x", 6, 2, 3],
])("in %j, offset %i is line %i, column %i", (text, offset, line, column) => {
  expect(textPosition(text, offset)).toEqual({ line, column });
});
