import fc from "fast-check";
import { expect, test } from "vitest";
import { LineIndex } from "./line-index.ts";

function positionOf(text: string, needle: string) {
  return new LineIndex(text).position(text.indexOf(needle));
}

test("lines end at LF, CRLF and CR, as they do in editors", () => {
  expect(positionOf("a\nb\r\nc\rd\n\ne!", "!")).toEqual({ line: 6, column: 2, byte: 11 });
});

test("U+2028 and U+2029 are characters of their line", () => {
  expect(positionOf("a\u2028b\u2029c!", "!")).toEqual({ line: 1, column: 6, byte: 9 });
});

test("columns count code points, bytes count UTF-8", () => {
  expect(positionOf("é€😀!", "!")).toEqual({ line: 1, column: 4, byte: 9 });
});

test("a byte order mark takes three bytes and no column", () => {
  expect(positionOf("\ufeffab!", "!")).toEqual({ line: 1, column: 3, byte: 5 });
  expect(positionOf("\ufeff\na\ufeff!", "!")).toEqual({ line: 2, column: 3, byte: 8 });
});

test("the end of the text has a position", () => {
  expect(new LineIndex("").position(0)).toEqual({ line: 1, column: 1, byte: 0 });
  expect(new LineIndex("a\n").position(2)).toEqual({ line: 2, column: 1, byte: 2 });
});

test("every position agrees with a naive count, in texts of any length", () => {
  const piece = fc.constantFrom(
    "a",
    "é",
    "€",
    "😀",
    "\ud83d",
    "\ude00",
    "\n",
    "\r\n",
    "\r",
    "\u2028",
    "\ufeff",
  );
  const text = fc.array(piece, { maxLength: 400, size: "max" }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, (text) => {
      const index = new LineIndex(text);
      for (let offset = 0; offset <= text.length; offset++) {
        if (/\r\n|[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(offset - 1, offset + 1))) continue;
        expect(index.position(offset)).toEqual(naivePosition(text, offset));
      }
    }),
    { numRuns: 60 },
  );
});

function naivePosition(text: string, offset: number) {
  const before = text.slice(0, offset);
  const lines = before.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  return {
    line: lines.length,
    column: [...(lines.at(-1) ?? "")].length + 1,
    byte: Buffer.byteLength(before),
  };
}
