import { formatJsonPointer } from "@durar/secretref-schema";
import { anything, array, assert, dictionary, property, string } from "fast-check";
import { expect, test } from "vitest";
import { pickValue } from "./pick-value.ts";

function pick(payload: string, id: string): unknown {
  const answer = pickValue("main", JSON.parse(payload) as Record<string, unknown>, id);
  return answer.ok ? answer.value.reveal() : answer.error.code;
}

// RFC 6901, section 5, with strings for its numbers.
const example = String.raw`{"foo":["bar","baz"],"":"0","a/b":"1","c%d":"2","e^f":"3","g|h":"4","i\\j":"5","k\"l":"6"," ":"7","m~n":"8"}`;

test.each([
  ["/foo", ["bar", "baz"]],
  ["/foo/0", "bar"],
  ["/", "0"],
  ["/a~1b", "1"],
  ["/c%d", "2"],
  ["/e^f", "3"],
  ["/g|h", "4"],
  ["/i\\j", "5"],
  ['/k"l', "6"],
  ["/ ", "7"],
  ["/m~0n", "8"],
])("the pointer %j of RFC 6901 finds its value", (pointer, value) => {
  expect(pick(example, pointer)).toEqual(value);
});

test.each(["01", "+0", "-0", "-", "2", "1e0", " 0", "0x0", "length", "", "constructor"])(
  "an array has nothing at %j",
  (index) => {
    expect(pick('{"list":["a","b"]}', `/list/${index}`)).toBe("SECRET_NOT_FOUND");
  },
);

test("digits with leading zeros are a key like any other in an object", () => {
  expect(pick('{"map":{"01":"a"}}', "/map/01")).toBe("a");
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "the key %s is found where the file has it, and only there",
  (key) => {
    expect(pick(`{"${key}":{"${key}":"a"}}`, `/${key}/${key}`)).toBe("a");
    expect(pick("{}", `/${key}`)).toBe("SECRET_NOT_FOUND");
    expect(pick('{"text":"a"}', `/text/${key}`)).toBe("SECRET_NOT_FOUND");
  },
);

test("there is nothing below a string, and the message says how far the pointer leads", () => {
  expect(pick('{"a":"text"}', "/a/0")).toBe("SECRET_NOT_FOUND");
  expect(pickValue("main", { a: {} }, "/a/b~1\u0007/c")).toMatchObject({
    error: { message: String.raw`file:main:/a/b~1\u0007/c: the file has nothing at "/a/b~1\u0007"` },
  });
});

test.each([
  ["null", "null"],
  ["true", "a boolean"],
  ["12345", "a number"],
])("%s is no secret, and the hint says what would be one", (written, type) => {
  const answer = pickValue("main", JSON.parse(`{"a":${written}}`) as Record<string, unknown>, "/a");
  expect(answer).toMatchObject({
    error: {
      code: "SECRET_VALUE_TYPE",
      message: `file:main:/a: the value is ${type}, not a string`,
      hint: "put the value in double quotes in the file",
    },
  });
});

test("a blank string is empty", () => {
  expect(pick('{"a":" \\n\\t"}', "/a")).toBe("SECRET_EMPTY");
});

test("every value of every object is found by its own path", () => {
  const keys = array(string(), { minLength: 1, maxLength: 4 });
  assert(
    property(keys, dictionary(string(), anything()), (path, value) => {
      const payload = path.reduceRight<Record<string, unknown>>(
        (inner, key) => Object.fromEntries([[key, inner]]),
        value,
      );
      const answer = pickValue("main", payload, formatJsonPointer(path));
      return answer.ok && answer.value.reveal() === value;
    }),
  );
});
