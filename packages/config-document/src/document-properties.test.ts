import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import fc, { type Arbitrary } from "fast-check";
import JSON5 from "json5";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readDocument, readJsonValue, type ConfigDocument } from "./index.ts";
import { nodeValue, type ValueNode } from "./nodes.ts";
import { isIdentifierPart, isIdentifierStart } from "./scan-identifier.ts";

// The json5 package warns of U+2028 and U+2029 in strings.
beforeAll(() => void vi.spyOn(console, "warn").mockReturnValue());
afterAll(() => void vi.restoreAllMocks());

/** A value, and one way to write it in JSON5. */
interface Spelled<Value = unknown> {
  readonly value: Value;
  readonly text: string;
}

const json5Space = [..."\t\v\f \u00a0\ufeff\n\r\u2028\u2029\u1680\u2000\u200a\u202f\u205f\u3000", "\r\n"];
const comment = fc.constantFrom("/**/", "/* é \n * } */", "// ' {\n", "//\r\n", "// \u2028", "/***/");
const trivia = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...json5Space) }, comment), { maxLength: 2 })
  .map((pieces) => pieces.join(""));

const hexadecimal = (code: number, digits: number) => code.toString(16).padStart(digits, "0");

const characters: Arbitrary<Spelled<string>> = fc.oneof(
  fc.constantFrom(..."ab é€\u2028\u2029\0\t\u001f{}[]:,/#").map((value) => ({ value, text: value })),
  fc.constantFrom("😀", "\ud83d", "\ude00").map((value) => ({ value, text: value })),
  fc.constantFrom(...'"\\/\b\f\n\r\t').map((value) => ({ value, text: JSON.stringify(value).slice(1, -1) })),
  fc.constantFrom("'", '"', "a", "q", "é", "😀").map((value) => ({ value, text: `\\${value}` })),
  fc.constantFrom("\n", "\r\n", "\r", "\u2028", "\u2029").map((end) => ({ value: "", text: `\\${end}` })),
  fc.nat(0xff).map((code) => ({ value: String.fromCharCode(code), text: `\\x${hexadecimal(code, 2)}` })),
  fc.nat(0xffff).map((code) => ({ value: String.fromCharCode(code), text: `\\u${hexadecimal(code, 4)}` })),
  fc.constantFrom({ value: "\0", text: "\\0\\\n" }, { value: "\v", text: "\\v" }),
);

const string: Arbitrary<Spelled<string>> = fc
  .tuple(fc.array(characters, { maxLength: 6 }), fc.constantFrom(`'"`, `"'`))
  .map(([pieces, [quote = "", other = ""]]) => ({
    value: other + pieces.map(({ value }) => value).join(""),
    text: quote + other + pieces.map(({ text }) => text).join("") + quote,
  }));

const unsigned: Arbitrary<Spelled<number>> = fc.oneof(
  fc.nat().map((value) => ({ value, text: `${value}` })),
  fc.nat().map((value) => ({ value, text: `${value}.` })),
  fc.nat().map((value) => ({ value, text: `0x${value.toString(16)}` })),
  fc
    .bigInt(0n, 1n << 80n)
    .map((value) => ({ value: Number(value), text: `0X${value.toString(16).toUpperCase()}` })),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value) => ({ value, text: `${value}` })),
  fc.double({ min: 1e-6, max: 1, maxExcluded: true, noNaN: true }).map((value) => ({
    value,
    text: String(value).replace(/^0\./, "."),
  })),
  fc
    .tuple(fc.nat(99), fc.integer({ min: -30, max: 30 }), fc.constantFrom("e", "E", ".e", ".0E"))
    .map(([digits, exponent, mark]) => ({
      value: Number(`${digits}e${exponent}`),
      text: digits + mark + String(exponent),
    })),
  fc.constantFrom({ value: Infinity, text: "Infinity" }, { value: NaN, text: "NaN" }),
);

const number: Arbitrary<Spelled<number>> = fc
  .tuple(unsigned, fc.constantFrom("", "+", "-"))
  .map(([{ value, text }, sign]) => ({ value: sign === "-" ? -value : value, text: sign + text }));

const nameCharacters: Arbitrary<Spelled<string>> = fc
  .tuple(fc.constantFrom(..."aZ$_éæ"), fc.boolean())
  .map(([value, escaped]) => ({
    value,
    text: escaped ? `\\u${hexadecimal(value.charCodeAt(0), 4)}` : value,
  }));
const unquotedName: Arbitrary<Spelled<string>> = fc
  .tuple(
    nameCharacters,
    fc.array(nameCharacters, { maxLength: 3 }),
    fc.constantFrom("", "0", "\u200c", "\u0301", "𠮷"),
  )
  .map(([first, rest, last]) => ({
    value: [first, ...rest].map(({ value }) => value).join("") + last,
    text: [first, ...rest].map(({ text }) => text).join("") + last,
  }));
const name: Arbitrary<Spelled<string>> = fc.oneof(
  unquotedName,
  string,
  fc.constantFrom("__proto__", "null", "true", "constructor", "a").map((value) => ({ value, text: value })),
);

const { document: json5Document } = fc.letrec<{
  document: Spelled;
  value: Spelled;
  array: Spelled;
  object: Spelled;
}>((tie) => ({
  document: fc
    .tuple(trivia, tie("value"), trivia)
    .map(([before, { value, text }, after]) => ({ value, text: before + text + after })),
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: "value" },
    fc.constantFrom(true, false, null).map((value) => ({ value, text: String(value) })),
    string,
    number,
    tie("array"),
    tie("object"),
  ),
  array: fc.tuple(fc.array(tie("document"), { maxLength: 4 }), trailingComma()).map(([elements, comma]) => ({
    value: elements.map(({ value }) => value),
    text: `[${elements.map(({ text }) => text).join(",")}${elements.length > 0 ? comma : ""}]`,
  })),
  object: fc
    .tuple(fc.array(fc.tuple(trivia, name, trivia, tie("document")), { maxLength: 4 }), trailingComma())
    .map(([members, comma]) => ({
      value: objectOf(members.map(([, { value: key }, , { value }]) => [key, value])),
      text: `{${members.map(([before, key, after, { text }]) => `${before}${key.text}${after}:${text}`).join(",")}${
        members.length > 0 ? comma : ""
      }}`,
    })),
}));

function trailingComma(): Arbitrary<string> {
  return fc.tuple(fc.constantFrom("", ","), trivia).map((parts) => parts.join(""));
}

function objectOf(members: [string, unknown][]): object {
  const object = {};
  for (const [key, value] of members)
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  return object;
}

const tokens = fc.constantFrom(
  ...[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "'",
    '"',
    "a",
    "$b",
    "_",
    "null",
    "true",
    "false",
    "Infinity",
    "NaN",
    "nul",
  ],
  ...[
    "-",
    "+",
    ".",
    "0",
    "1",
    "12",
    "0x1F",
    "0x",
    "e5",
    "E-1",
    "1e",
    "1.5",
    ".5",
    "5.",
    "//",
    "/*",
    "*/",
    "/",
  ],
  ...[
    "\\",
    "\\u0041",
    "\\u00",
    "\\ud83d",
    "\\u200c",
    "\\x41",
    "\\x",
    "\\n",
    "\\0",
    "\\1",
    "\\\n",
    "\\\r\n",
    "#",
  ],
  ...["é", "\u200c", "\ud83d", "\ude00", "😀", "𠮷", "\0", "\u001f", "\u0085", ...json5Space],
  ...["'a'", '"k":', "__proto__:", "x:1,", "[1,", "{a:"],
);
const soup = fc
  .tuple(fc.array(tokens, { maxLength: 12 }), fc.constantFrom(["", ""], ["{", "}"], ["[", "]"], ['"', '"']))
  .map(([pieces, [open = "", close = ""]]) => open + pieces.join("") + close);
const mutated = (document: Arbitrary<string>) =>
  fc
    .tuple(document, fc.nat(), fc.nat(3), fc.oneof(tokens, fc.constant("")))
    .map(([text, at, removed, added]) => {
      const offset = at % (text.length + 1);
      return text.slice(0, offset) + added + text.slice(offset + removed);
    });

/** What a parser makes of a text; `undefined` where it refuses it. */
function outcome(parse: (text: string) => unknown, text: string): { value: unknown } | undefined {
  try {
    return { value: parse(text) };
  } catch {
    return undefined;
  }
}

function ours(text: string, format: "json5" | "json"): { value: unknown } | undefined {
  const result = readDocument(text, { format });
  return result.ok ? { value: result.document.value } : undefined;
}

/** Not `expect`, which would take most of the time. */
function same(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}

describe("JSON5 is read as the json5 package reads it", () => {
  test("every way to write a value yields the value", () => {
    fc.assert(
      fc.property(json5Document, ({ value, text }) => {
        same(ours(text, "json5"), { value });
        same(JSON5.parse(text), value);
      }),
      { numRuns: 1500 },
    );
  });

  test("the same documents are accepted, with the same values", () => {
    fc.assert(
      fc.property(fc.oneof(soup, mutated(json5Document.map(({ text }) => text))), (text) => {
        same(ours(text, "json5"), outcome(JSON5.parse, text));
      }),
      { numRuns: 3000 },
    );
  });

  test("names are made of the same characters, and of letters that are newer than the json5 package", () => {
    const tables = createRequire(import.meta.url)("json5/lib/unicode.js") as Record<string, RegExp>;
    const wrong: string[] = [];
    for (let code = 0x80; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      for (const [table, isAllowed] of [
        [tables["ID_Start"], isIdentifierStart],
        [tables["ID_Continue"], isIdentifierPart],
      ] as const) {
        const expected = table?.test(character) ?? false;
        // Old blocks are the same in every version of Unicode.
        if (isAllowed(character, 0) ? code < 0x370 && !expected : expected) wrong.push(code.toString(16));
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe("JSON is read as JSON.parse reads it", () => {
  const json = fc
    .tuple(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(undefined, "\t", " \n"))
    .map(([value, indent]) => JSON.stringify(value, null, indent));
  const parse = (text: string): unknown => JSON.parse(text.replace(/^\ufeff/, ""));

  test("the same documents are accepted, with the same values", () => {
    fc.assert(
      fc.property(fc.oneof(json, soup, mutated(json)), (text) => {
        const expected = outcome(parse, text);
        same(ours(text, "json"), expected);
        const quick = readJsonValue(text);
        same(quick.ok ? { value: quick.value } : undefined, expected);
      }),
      { numRuns: 4000 },
    );
  });

  test("what is accepted is JSON5 with the same value", () => {
    fc.assert(
      fc.property(json, (text) => {
        same(ours(text, "json5"), ours(text, "json"));
      }),
    );
  });
});

test("the text of every node, read alone, is the node's value, and stands where a naive count puts it", () => {
  fc.assert(
    fc.property(json5Document, fc.boolean(), ({ text: body }, marked) => {
      const text = marked ? `\ufeff${body}` : body;
      const result = readDocument(text);
      if (!result.ok) throw new Error(result.error.message);
      for (const node of nodesOf(result.document.root)) checkNode(result.document, node);
    }),
    { numRuns: 500 },
  );
});

test("every value is found at its path", () => {
  fc.assert(
    fc.property(json5Document, ({ text, value }) => {
      const result = readDocument(text);
      if (!result.ok) throw new Error(result.error.message);
      for (const [path, expected] of pathsOf(value)) {
        const found = result.document.locate(path);
        if (found === undefined) throw new Error("not found");
        same(nodeValue(found.node), expected);
        const { key } = found;
        if (key !== undefined)
          same(ours(`{${text.slice(key.start, key.end)}: 1}`, "json5"), {
            value: objectOf([[path.at(-1) ?? "", 1]]),
          });
      }
    }),
    { numRuns: 500 },
  );
});

function checkNode(document: ConfigDocument, node: ValueNode): void {
  const { text } = document;
  same(ours(text.slice(node.start, node.end), "json5"), { value: nodeValue(node) });
  const { line, column, byteStart, byteEnd } = document.span(node);
  const before = text.slice(0, node.start);
  const lines = before.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  same({ line, column }, { line: lines.length, column: [...(lines.at(-1) ?? "")].length + 1 });
  same([byteStart, byteEnd], [Buffer.byteLength(before), Buffer.byteLength(text.slice(0, node.end))]);
}

function* nodesOf(node: ValueNode): Generator<ValueNode> {
  yield node;
  if (node.type === "array") for (const element of node.elements) yield* nodesOf(element);
  else if (node.type === "object") for (const member of node.members) yield* nodesOf(member.value);
}

function* pathsOf(value: unknown, path: readonly string[] = []): Generator<[readonly string[], unknown]> {
  yield [path, value];
  if (typeof value !== "object" || value === null) return;
  for (const [segment, child] of Object.entries(value)) yield* pathsOf(child, [...path, segment]);
}
