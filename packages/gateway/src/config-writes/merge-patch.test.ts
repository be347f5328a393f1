import { isDeepStrictEqual } from "node:util";
import { editDocument, readDocument, type JsonValue } from "@durar/config-document";
import { isRecord } from "@durar/credential-surface";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mergePatchChanges } from "./merge-patch.ts";

/** What a document comes to once it is patched, as it is read afterwards. */
function patched(original: string, patch: string): unknown {
  const read = readDocument(original);
  if (!read.ok) throw new Error(read.error.message);
  const { document } = read;
  const edited = editDocument(document, mergePatchChanges(document.value, JSON.parse(patch) as JsonValue));
  if (!edited.ok) throw new Error(edited.problems.map(({ message }) => message).join("; "));
  const result = readDocument(edited.text);
  return result.ok ? result.document.value : result.error;
}

test.each([
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', "{}"],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', "null", "null"],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ["[1,2]", '{"a":"b","c":null}', '{"a":"b"}'],
  ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
])("as RFC 7396 has it, %s patched with %s is %s", (original, patch, result) => {
  expect(patched(original, patch)).toEqual(JSON.parse(result));
});

test.each([
  ["a patch of a list by numbers makes an object of it", '{"a":[1]}', '{"a":{"0":2}}', '{"a":{"0":2}}'],
  [
    "what a list holds is taken as it is, null too",
    "{}",
    '{"a":[null,{"b":null}]}',
    '{"a":[null,{"b":null}]}',
  ],
  ["an empty patch changes nothing", '{"a":1}', "{}", '{"a":1}'],
  ["an empty object takes the place of a scalar", '{"a":1}', '{"a":{}}', '{"a":{}}'],
  ["of a member that is there twice neither is left", '{"a":1,"a":2}', '{"a":null}', "{}"],
  ["a name with dots is one name", '{"a":{"b":1}}', '{"a.b":2}', '{"a":{"b":1},"a.b":2}'],
])("%s", (_title, original, patch, result) => {
  expect(patched(original, patch)).toEqual(JSON.parse(result));
});

test("`__proto__` is a name like any other", () => {
  const result = patched('{"a":{}}', '{"__proto__":{"x":1,"y":null},"a":{"__proto__":{"z":1}}}');
  expect(JSON.stringify(result)).toBe('{"a":{"__proto__":{"z":1}},"__proto__":{"x":1}}');
  expect("x" in {}).toBe(false);
  expect(JSON.stringify(patched('{"__proto__":{"x":1}}', '{"__proto__":null}'))).toBe("{}");
});

/** The algorithm of the RFC, word by word. */
function reference(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result = new Map(Object.entries(isRecord(target) ? target : {}));
  for (const [name, value] of Object.entries(patch))
    if (value === null) result.delete(name);
    else result.set(name, reference(result.get(name), value));
  return Object.fromEntries(result);
}

test("whatever is patched with whatever, the document reads as the RFC has it", () => {
  const key = fc.constantFrom("a", "b", "c", "__proto__", "constructor");
  const value = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, 1, "x"),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
    ),
  })).value;
  fc.assert(
    fc.property(value, value, (target, patch) => {
      const result = patched(JSON.stringify(target), JSON.stringify(patch));
      const wanted: unknown = JSON.parse(JSON.stringify(reference(target, patch)));
      expect(isDeepStrictEqual(result, wanted)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
