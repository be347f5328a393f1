import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KnownValues } from "./known-values.ts";
import { textPositions } from "./text-positions.ts";

function known(...values: unknown[]): KnownValues {
  const all = new KnownValues();
  for (const value of values) all.add(value);
  return all;
}

describe("known values", () => {
  test("are found where each first stands, also where one starts or ends like another", () => {
    const values = known("sk-live-aaaa", "sk-live-aaaabbbb", "sk-live-bbbb");
    expect(values.find("sk-live-bbbb sk-live-aaaabbbb sk-live-bbbb")).toEqual([0, 13, 13]);
    expect(values.find("nothing")).toEqual([]);
  });

  test("are found as they are and as JSON writes them, and count once", () => {
    expect(known('say "it" aloud').find('x say \\"it\\" aloud say "it" aloud')).toEqual([2]);
  });

  test("are found each time, where that is asked for", () => {
    const values = known("sk-live-aaaa", "sk-live-bbbb");
    expect(values.findAll("sk-live-aaaa sk-live-bbbb\nsk-live-aaaa")).toEqual([0, 13, 26]);
  });

  test("that are short are not searched for", () => {
    expect(known("1234567", 12345678, null, undefined, {}).find("1234567 12345678")).toEqual([]);
    expect(known("12345678").find("1234567 12345678")).toEqual([8]);
  });

  test("of an object are its longest text alone", () => {
    const account = { type: "service_account", keys: [{ private: "-----BEGIN PRIVATE KEY-----" }] };
    expect(known(account).find("service_account -----BEGIN PRIVATE KEY-----")).toEqual([16]);
  });

  test("are those and only those that a search for each would find", () => {
    const piece = fc.string({ unit: fc.constantFrom("a", "b", '"'), minLength: 8, maxLength: 10 });
    const text = fc.string({ unit: fc.constantFrom("a", "b", '"', "\\"), maxLength: 60 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), text, (values, searched) => {
        const naive = [...new Set(values)].flatMap((value) => {
          const spellings = [value, JSON.stringify(value).slice(1, -1)];
          const offsets = spellings
            .map((spelling) => searched.indexOf(spelling))
            .filter((offset) => offset >= 0);
          return offsets.length === 0 ? [] : [Math.min(...offsets)];
        });
        expect(known(...values).find(searched)).toEqual(naive.sort((a, b) => a - b));
      }),
    );
  });

  test("are found among thousands of others that start alike, in a text full of beginnings", () => {
    const values = Array.from({ length: 5_000 }, (_, index) => `sk-live-${index}-end`);
    const text = `${"sk-live-".repeat(200_000)}4999-end`;
    expect(known(...values).find(text)).toEqual([199_999 * 8]);
  });
});

test("positions are those that counting from the start gives", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "\n", "\r", "😀", "\ud83d", "\ude00", "\ufeff") });
  fc.assert(
    fc.property(text, fc.array(fc.nat(30)), (content, wanted) => {
      const offsets = wanted.filter((offset) => offset <= content.length).sort((a, b) => a - b);
      const counted = offsets.map((offset) => {
        const before = content.slice(0, offset).replace(/^\ufeff/, "");
        // A line break of two characters that is cut in two has not ended its line yet.
        const whole = content[offset] === "\n" && before.endsWith("\r") ? before.slice(0, -1) + "x" : before;
        const lines = whole.split(/\r\n|\n|\r/);
        return { line: lines.length, column: [...(lines.at(-1) ?? "")].length + 1 };
      });
      expect(textPositions(content, offsets)).toEqual(counted);
    }),
  );
});
