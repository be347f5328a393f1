import fc from "fast-check";
import { expect, test } from "vitest";
import { knownSecrets } from "./known-secrets.ts";

test("every stretch that a search for each secret alone would find is found, and nothing else", () => {
  const secret = fc.string({ unit: fc.constantFrom("a", "b", '"', " "), minLength: 6, maxLength: 11 });
  const text = fc.string({ unit: fc.constantFrom("a", "b", '"', "\\", " "), maxLength: 60 });
  fc.assert(
    fc.property(fc.array(secret, { maxLength: 5 }), text, (secrets, searched) => {
      const spellings = secrets
        .flatMap((each) => [each, each.trim(), JSON.stringify(each).slice(1, -1)])
        .filter(({ length }) => length >= 8);
      const expected = [...searched].flatMap((_character, start) => {
        const here = spellings.filter((spelling) => searched.startsWith(spelling, start));
        return here.length === 0
          ? []
          : [{ start, end: start + Math.max(...here.map(({ length }) => length)) }];
      });
      const found = knownSecrets(secrets);
      expect([...found.ranges(searched)]).toEqual(expected);
      expect(found.within(searched)).toBe(expected.length > 0);
    }),
  );
});

test("many secrets that start alike are found in a text full of their beginning", () => {
  const secrets = Array.from({ length: 5_000 }, (_, index) => `sk-live-${index}-end`);
  const text = `${"sk-live-".repeat(200_000)}4999-end`;
  const start = 199_999 * 8;
  expect([...knownSecrets(secrets).ranges(text)]).toEqual([{ start, end: text.length }]);
});

test("without secrets nothing is found", () => {
  const none = knownSecrets(["", "short"]);
  expect([none.equals("short"), none.within("short, or any other text")]).toEqual([false, false]);
});
