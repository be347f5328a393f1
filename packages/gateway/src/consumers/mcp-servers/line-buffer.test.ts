import { describe, expect, test } from "vitest";
import { LineBuffer } from "./line-buffer.ts";

/** The lines of a text that comes in pieces of so many bytes. */
function lines(text: string, pieceBytes: number, maxBytes = 1_000_000) {
  const buffer = new LineBuffer(maxBytes);
  const bytes = Buffer.from(text);
  const found: string[] = [];
  for (let start = 0; start < bytes.length; start += pieceBytes)
    found.push(...buffer.add(bytes.subarray(start, start + pieceBytes)));
  return { found, isTooLong: buffer.isTooLong };
}

describe("bytes are taken apart into lines", () => {
  test.each([1, 2, 3, 7, 1_000])("however they come: in pieces of %i", (pieceBytes) => {
    expect(lines("one\n\nzwölf€😀\r\nnot yet", pieceBytes)).toEqual({
      found: ["one", "", "zwölf€😀\r"],
      isTooLong: false,
    });
  });

  test("of which the shorter ones after a long one are as they were", () => {
    const long = "x".repeat(300_000);
    expect(lines(`a\n${long}\nb\nc\n`, 65_536).found).toEqual(["a", long, "b", "c"]);
  });

  test.each([1, 4, 100])("until one is longer than allowed, in pieces of %i", (pieceBytes) => {
    expect(lines("1234\n12345\n1\n", pieceBytes, 4)).toEqual({ found: ["1234"], isTooLong: true });
    expect(lines("1234\n12345", pieceBytes, 4)).toEqual({ found: ["1234"], isTooLong: true });
    expect(lines("1234\n1234", pieceBytes, 4).isTooLong).toBe(false);
  });
});
