import { isUtf8 } from "node:buffer";
import { assert, integer, property, string, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import { findUtf8Fault } from "./find-utf8-fault.ts";

/** What is before the fault is UTF-8, and no character starts at it. */
function isExact(bytes: Uint8Array): boolean {
  const fault = findUtf8Fault(bytes);
  if (fault === undefined) return isUtf8(bytes);
  const character = [1, 2, 3, 4].some((length) => {
    const end = fault + length;
    return end <= bytes.length && isUtf8(bytes.subarray(fault, end));
  });
  return isUtf8(bytes.subarray(0, fault)) && !character;
}

test("text is without fault", () => {
  assert(property(string({ unit: "binary" }), (text) => isExact(Buffer.from(text))));
});

test("the fault of any bytes is where the first sequence that is no character begins", () => {
  assert(property(uint8Array({ maxLength: 12 }), isExact), { numRuns: 2000 });
});

test("the fault of text with one byte changed is exact", () => {
  assert(
    property(
      string({ unit: "binary", minLength: 1 }),
      integer(),
      integer({ min: 0, max: 255 }),
      (text, at, byte) => {
        const bytes = Buffer.from(text);
        bytes[Math.abs(at) % bytes.length] = byte;
        return isExact(bytes);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  ["a stray continuation byte", [0x61, 0x80], 1],
  ["an overlong form", [0xc0, 0xaf], 0],
  ["an overlong form of three bytes", [0xe0, 0x9f, 0xbf], 0],
  ["a surrogate", [0x61, 0xed, 0xa0, 0x80], 1],
  ["a character beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80], 0],
  ["a cut sequence", [0x61, 0x62, 0xe2, 0x82], 2],
  ["UTF-16", [0xff, 0xfe, 0x61, 0x00], 0],
])("%s is a fault", (_name, bytes, fault) => {
  expect(findUtf8Fault(Uint8Array.from(bytes))).toBe(fault);
});
