import { inspect } from "node:util";
import { assertAbsent, assertNoLeak, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import {
  DOCUMENT_LIMITS,
  DOCUMENT_RULES,
  readDocument,
  type ConfigDocument,
  type DocumentRule,
  type ReadDocumentOptions,
} from "./index.ts";

function read(text: string, options?: ReadDocumentOptions): ConfigDocument {
  const result = readDocument(text, options);
  if (!result.ok) throw new Error(result.error.message);
  return result.document;
}

function broken(text: string, options?: ReadDocumentOptions) {
  const result = readDocument(text, options);
  if (result.ok) throw new Error("was read");
  return result.error;
}

describe("a document knows where its values stand", () => {
  const text = `{\n  "a": {"b": [true, 'é', 0x1F]},\r\n  ünïcode: null,\r  last: +.5 }`;
  const document = read(text);

  test("in lines, columns, code units and bytes", () => {
    expect(document.locate(["a", "b", "2"])).toMatchObject({
      ...{ line: 2, column: 26, start: 27, end: 31, byteStart: 28, byteEnd: 32 },
      node: { type: "number", value: 31 },
      member: undefined,
      key: undefined,
    });
  });

  test("and where the keys of its members stand", () => {
    expect(document.locate(["ünïcode"])).toMatchObject({ line: 3, column: 12, node: { type: "null" } });
    expect(document.locate(["ünïcode"])?.key).toMatchObject({
      line: 3,
      column: 3,
      byteStart: 39,
      byteEnd: 48,
    });
    expect(document.locate(["a"])?.key).toMatchObject({ line: 2, column: 3, start: 4, end: 7 });
    expect(document.locate(["last"])).toMatchObject({ line: 4, column: 9, member: { name: "last" } });
  });

  test("the root too, without the space around it", () => {
    expect(read(" [1]\n").locate([])).toMatchObject({ line: 1, column: 2, start: 1, end: 4 });
  });

  test.each([
    ["an absent member", ["c"]],
    ["an absent element", ["a", "b", "3"]],
    ["an index with a leading zero", ["a", "b", "02"]],
    ["an index with a sign", ["a", "b", "-0"]],
    ["a property of the array itself", ["a", "b", "length"]],
    ["a step into a scalar", ["last", "0"]],
    ["what objects inherit", ["constructor"]],
    ["the prototype", ["__proto__"]],
  ])("%s stands nowhere", (_title, path) => {
    expect(document.locate(path)).toBeUndefined();
  });
});

test("the last of several members with one name counts, for its value and its position", () => {
  const document = read(`{a: 1, b: 2, "a": 3}`);
  expect(document.value).toEqual({ a: 3, b: 2 });
  expect(Object.keys(document.value as object)).toEqual(["a", "b"]);
  expect(document.locate(["a"])).toMatchObject({ start: 18, key: { start: 13 } });
  expect(document.root).toMatchObject({ members: [{ name: "a" }, { name: "b" }, { name: "a" }] });
});

test("__proto__ is a member like any other, and never the prototype", () => {
  for (const format of ["json5", "json"] as const) {
    const document = read(`{"__proto__": {"polluted": true}}`, { format });
    expect(Object.getPrototypeOf(document.value)).toBe(Object.prototype);
    expect(Object.hasOwn(document.value as object, "__proto__")).toBe(true);
    expect(document.locate(["__proto__", "polluted"])).toMatchObject({ line: 1, column: 28 });
  }
});

test("a byte order mark at the start is skipped, in JSON too", () => {
  const document = read(`\ufeff{"a": 1}`, { format: "json" });
  expect(document.value).toEqual({ a: 1 });
  expect(document.text.startsWith("\ufeff")).toBe(true);
  expect(document.locate(["a"])).toMatchObject({ line: 1, column: 7, start: 7, byteStart: 9, byteEnd: 10 });
});

test("comments are listed with their ranges, in order", () => {
  const text = `/* a */ { // b\r\n x /**/: [ /* c\n */ 1 ], // d\u2028 } //`;
  const document = read(text);
  expect(document.comments.map(({ type, start, end }) => [type, text.slice(start, end)])).toEqual([
    ["block-comment", "/* a */"],
    ["line-comment", "// b"],
    ["block-comment", "/**/"],
    ["block-comment", "/* c\n */"],
    ["line-comment", "// d"],
    ["line-comment", "//"],
  ]);
  expect(document.span(document.comments[3] ?? document.root)).toMatchObject({ line: 2, column: 12 });
});

// One entry for each rule that holds for documents: the format, a text, and where the rule is broken.
const examples: Record<
  Exclude<DocumentRule, "env-line" | "too-many-entries">,
  ["json5" | "json", string, number, number][]
> = {
  empty: [
    ["json5", "", 1, 1],
    ["json", " \n", 2, 1],
    ["json5", "\ufeff// nothing", 1, 11],
  ],
  "unexpected-end": [
    ["json5", "{a: 1,\n", 2, 1],
    ["json", "[", 1, 2],
    ["json5", "{a", 1, 3],
    ["json5", "[1", 1, 3],
    ["json5", "{a:", 1, 4],
  ],
  "expected-value": [
    ["json5", "{a: ,}", 1, 5],
    ["json5", "[😀]", 1, 2],
    ["json5", "truely", 1, 1],
    ["json5", "[,]", 1, 2],
    ["json", "[+1]", 1, 2],
    ["json", "[NaN]", 1, 2],
    ["json", "[.5]", 1, 2],
    ["json", "\u00a01", 1, 1],
  ],
  "expected-name": [
    ["json5", "{😀: 1}", 1, 2],
    ["json5", "{,}", 1, 2],
    ["json5", "{1: 2}", 1, 2],
    ["json", '{"a": 1, ]', 1, 10],
  ],
  "expected-colon": [["json5", "{a-b: 1}", 1, 3]],
  "expected-comma-or-brace": [["json5", "{a: 1\n b: 2}", 2, 2]],
  "expected-comma-or-bracket": [["json5", "[1 2]", 1, 4]],
  "content-after-value": [
    ["json5", "{} {}", 1, 4],
    ["json", "1\n,", 2, 1],
  ],
  "unclosed-comment": [
    ["json5", "1 /* *", 1, 3],
    ["json5", "/*/", 1, 1],
  ],
  "unclosed-string": [
    ["json5", `["a', 'b]`, 1, 2],
    ["json5", `"a\\`, 1, 1],
    ["json", `"a`, 1, 1],
  ],
  "string-line-break": [
    ["json5", `["a\nb"]`, 1, 4],
    ["json", `["a\rb"]`, 1, 4],
  ],
  "invalid-escape": [
    ["json5", `"a\\x4g"`, 1, 3],
    ["json5", `"\\u12"`, 1, 2],
    ["json5", `"\\1"`, 1, 2],
    ["json5", `"\\00"`, 1, 2],
    ["json5", `{\\a: 1}`, 1, 2],
    ["json", `"\\'"`, 1, 2],
    ["json", `"\\x41"`, 1, 2],
  ],
  "invalid-number": [
    ["json5", "012", 1, 1],
    ["json5", "[1, 1.2.3]", 1, 5],
    ["json5", "10px", 1, 1],
    ["json5", "0x", 1, 1],
    ["json5", "1e+", 1, 1],
    ["json5", "-.", 1, 1],
    ["json5", "- 1", 1, 1],
    ["json", "5.", 1, 1],
    ["json", "-Infinity", 1, 1],
    ["json", "0x1F", 1, 1],
  ],
  "invalid-name": [
    ["json5", "{\\u0031: 1}", 1, 2],
    ["json5", "{a\\u002d: 1}", 1, 3],
  ],
  "too-deep": [["json5", "[".repeat(201), 1, 201]],
  "json-comment": [
    ["json", "{} // no", 1, 4],
    ["json", "/**/{}", 1, 1],
  ],
  "json-trailing-comma": [
    ["json", "[1 , ]", 1, 4],
    ["json", '{"a": 1,}', 1, 8],
  ],
  "json-quotes": [
    ["json", "['a']", 1, 2],
    ["json", "{'a': 1}", 1, 2],
  ],
  "json-name": [["json", "{a: 1}", 1, 2]],
  "json-control-character": [["json", '["a\tb"]', 1, 4]],
};

describe("a document that breaks a rule is answered with rule and position", () => {
  const rows = Object.entries(examples).flatMap(([rule, cases]) =>
    cases.map(([format, text, line, column]) => ({
      rule,
      format,
      shown: text.slice(0, 20),
      text,
      line,
      column,
    })),
  );
  test.each(rows)("$rule: $format $shown", ({ rule, format, text, line, column }) => {
    const error = broken(text, { format });
    const { when } = DOCUMENT_RULES[rule as DocumentRule];
    expect(error).toEqual({
      ...{ rule, line, column, message: `line ${line}, column ${column}: ${when}` },
      offset: expect.any(Number) as number,
    });
  });

  test("and the offset is that of the text, in code units", () => {
    expect(broken("\ufeff// 😀\n[1 2]")).toMatchObject({ line: 2, column: 4, offset: 10 });
  });
});

describe("limits", () => {
  test("200 levels are read, however they are mixed", () => {
    expect(read(`${"[{a:".repeat(100)}1${"}]".repeat(100)}`).root.type).toBe("array");
    expect(broken(`${"[{a:".repeat(100)}[`)).toMatchObject({ rule: "too-deep", offset: 400 });
  });

  test("a million entries are the default", () => {
    expect(DOCUMENT_LIMITS).toEqual({ maxDepth: 200, maxEntries: 1_000_000 });
  });

  test("can be set", () => {
    expect(broken("[[1]]", { maxDepth: 1 })).toMatchObject({ rule: "too-deep", offset: 1 });
    expect(read("[1]", { maxDepth: 1 }).value).toEqual([1]);
    expect(read("1", { maxDepth: 0 }).value).toBe(1);
    expect(broken("{a: [1, 2]}", { maxEntries: 2 })).toMatchObject({ rule: "too-many-entries", offset: 8 });
    expect(read("{a: [1, 2]}", { maxEntries: 3 }).value).toEqual({ a: [1, 2] });
  });

  test("hold for comments too", () => {
    expect(read("/**/ [1] //", { maxEntries: 2 }).comments).toHaveLength(2);
    expect(broken("/**/ [1] //", { maxEntries: 1 })).toMatchObject({ rule: "too-many-entries", offset: 9 });
  });

  test("that are no numbers let nothing through", () => {
    expect(broken("[]", { maxDepth: Number.NaN })).toMatchObject({ rule: "too-deep" });
    expect(broken("[1]", { maxEntries: Number.NaN })).toMatchObject({ rule: "too-many-entries" });
  });
});

describe("size is no matter of the stack", () => {
  test("a million levels are refused", () => {
    expect(broken("[".repeat(1e6)).rule).toBe("too-deep");
    expect(broken("{a:".repeat(1e6)).rule).toBe("too-deep");
  });

  test("and are read where the limit allows them", () => {
    const depth = 100_000;
    let value = read("[".repeat(depth) + "]".repeat(depth), { maxDepth: depth }).value;
    let levels = 0;
    for (; Array.isArray(value); value = value[0] as unknown) levels++;
    expect(levels).toBe(depth);
  });

  test("a string of 10 MiB, a hundred thousand keys and as many lines are read", () => {
    const long = "x".repeat(10 * 1024 * 1024);
    expect(read(`"${long}"`).value === long).toBe(true);
    const members = Array.from({ length: 1e5 }, (_, index) => `k${index}: ${index},`).join("\n");
    const document = read(`{${members}}`);
    expect(Object.keys(document.value as object)).toHaveLength(1e5);
    expect(document.locate(["k99999"])).toMatchObject({ line: 1e5, column: 9 });
    expect(read("\n".repeat(1e5) + "1").locate([])).toMatchObject({ line: 100_001, column: 1 });
  });
});

test("options are left as they are", () => {
  const options = Object.freeze({ format: "json" as const, maxDepth: 1 });
  expect(read("[]", options).value).toEqual([]);
});

describe("nothing of the content shows", () => {
  const secret = canary();

  test.each([`{token: ${secret}}`, `["${secret}`, `{"${secret}" 1}`, `// ${secret}`, `{a: 1} ${secret}`])(
    "in an error (%#)",
    async (text) => {
      await assertNoLeak(secret, () => readDocument(text));
      await assertNoLeak(secret, () => readDocument(text, { format: "json" }));
    },
  );

  test("in a document that is printed", () => {
    const document = read(`{a: "${secret}"}`);
    expect(document.value).toEqual({ a: secret });
    assertAbsent(
      secret,
      inspect(document, { depth: Infinity, showHidden: true }) + JSON.stringify({ document }),
    );
  });
});
