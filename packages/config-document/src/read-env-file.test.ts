import { isDeepStrictEqual } from "node:util";
import { assertNoLeak, canary } from "@durar/testing";
import dotenv from "dotenv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEnvFile } from "./index.ts";

/** The one entry of a text, its ranges as the text in them. */
function entryOf(text: string) {
  const { entries } = readEnvFile(text);
  expect(entries).toHaveLength(1);
  const [entry] = entries;
  if (entry === undefined) throw new Error("no entry");
  const { start, end, nameRange, valueRange, ...rest } = entry;
  return {
    ...rest,
    whole: text.slice(start, end),
    written: text.slice(valueRange.start, valueRange.end),
    writtenName: text.slice(nameRange.start, nameRange.end),
  };
}

describe("a .env file knows where its values stand", () => {
  test.each([
    ["A=b", { name: "A", value: "b", line: 1, column: 3, quote: "none", written: "b", whole: "A=b" }],
    ["\ufeffA=b", { value: "b", line: 1, column: 3 }],
    [
      "\n  export  A.b-C = 'x # y' # z\n",
      { name: "A.b-C", value: "x # y", line: 2, column: 19, quote: "single" },
    ],
    [" export A='x' # z \r\n", { whole: "export A='x' # z ", written: "'x'", writtenName: "A" }],
    [
      'A="é\\n😀" ',
      { value: "é\n😀", column: 3, quote: "double", written: '"é\\n😀"', whole: 'A="é\\n😀" ' },
    ],
    ["A=`'\"`", { value: `'"`, quote: "backtick", written: "`'\"`" }],
    [
      "#é\r\n#\rA: b c # d",
      { name: "A", value: "b c", line: 3, column: 4, written: "b c", whole: "A: b c # d" },
    ],
    ["A=", { value: "", column: 3, quote: "none", written: "", whole: "A=" }],
    ["A=  # b", { value: "", column: 3, written: "", whole: "A=  # b" }],
    ['A="1\r\n2" # c\r\n', { value: "1\n2", written: '"1\r\n2"', whole: 'A="1\r\n2" # c' }],
    ["A=\n\n'b'", { value: "b", line: 3, column: 1, whole: "A=\n\n'b'" }],
    ["A='b\\'\nc\\' # d\ne", { value: "b\\'\nc\\", quote: "single", written: "'b\\'\nc\\'" }],
    ["A='b\\' # c\nd'", { value: "b\\' # c\nd", quote: "single" }],
    ["A='b\\'\nc' d", { value: "b\\", quote: "single" }],
    ["A='b' c", { value: "'b' c", quote: "none", written: "'b' c" }],
    ["A='b' 'c'", { value: "b' 'c", quote: "single", written: "'b' 'c'" }],
    ['A="b\\n', { value: '"b\n', quote: "none" }],
    ["export = 1", { name: "export", value: "1", whole: "export = 1" }],
    ["export\nA=1", { name: "A", whole: "export\nA=1" }],
  ])("%j", (text, expected) => {
    expect(entryOf(text)).toMatchObject(expected);
  });

  test("of two entries with one name both are listed, and the last one counts", () => {
    const file = readEnvFile("A=1\nB=2\nA=3\n");
    expect(file.entries.map(({ name, value, line }) => [name, value, line])).toEqual([
      ["A", "1", 1],
      ["B", "2", 2],
      ["A", "3", 3],
    ]);
    expect(file.toRecord()).toEqual({ A: "3", B: "2" });
  });
});

describe("lines that dotenv ignores", () => {
  test("are problems with a position, unless they are blank or comments", () => {
    const text = "# c\n\n  \nFOO\n é=1\nA=1\n=x\r\nA b=2\nB:c\n1 # B=2\n'C'=1\n # d";
    const { problems, toRecord } = readEnvFile(text);
    expect(problems.map(({ line, column }) => [line, column])).toEqual([
      [4, 1],
      [5, 2],
      [7, 1],
      [8, 1],
      [9, 1],
      [10, 1],
      [11, 1],
    ]);
    expect(problems[0]).toEqual({
      ...{ rule: "env-line", line: 4, column: 1, offset: 8 },
      message: "line 4, column 1: the line is neither blank nor a comment nor NAME=value, and is ignored",
    });
    expect(toRecord()).toEqual({ A: "1" });
  });

  test("never show their content", async () => {
    const secret = canary();
    await assertNoLeak(secret, () => readEnvFile(`${secret}\n${secret}: ${secret.length}\n`).problems);
  });
});

test("the rest of a file with too many lines is not read, which is a problem", () => {
  expect(readEnvFile("A=1\nB\nC=2\n# d", Object.freeze({ maxEntries: 3 })).problems).toMatchObject([
    { rule: "env-line" },
  ]);
  const { entries, problems } = readEnvFile("A=1\nB\n# c\nC=2\nD=3", { maxEntries: 2 });
  expect(entries).toHaveLength(1);
  expect(problems).toMatchObject([{ rule: "env-line" }, { rule: "too-many-entries", line: 4, column: 1 }]);
});

describe("every text is read as dotenv reads it", () => {
  const tokens = fc.constantFrom(
    ...["'", '"', "`", "\\", "\\n", "\\r", "\\'", '\\"', "\\`", "#", "=", ":", " ", "\t", "\n", "\r\n", "\r"],
    ...[
      "export",
      "export ",
      "A",
      "B.c-d",
      "_1",
      "$",
      "${A}",
      "x",
      "é",
      "\u2028",
      "\u2029",
      "\ufeff",
      "\u00a0",
    ],
    ...[
      "=\n",
      ": ",
      "A=",
      "B='",
      'C="',
      "D=`",
      "\\'\n",
      '\\"#',
      "__proto__",
      "\n\n",
      "\v",
      "\u0085",
      "\u200b",
    ],
  );
  const anything = fc.array(tokens, { maxLength: 24 }).map((pieces) => pieces.join(""));
  const lines = fc
    .array(
      fc.tuple(
        fc.constantFrom("A=", "B: ", "export A = ", "", "#"),
        anything,
        fc.constantFrom("\n", "\r\n", "\r"),
      ),
      {
        maxLength: 5,
      },
    )
    .map((parts) => parts.flat().join(""));

  test("in whatever way quotes, escapes, comments and line breaks are mixed", () => {
    fc.assert(
      fc.property(fc.oneof(anything, lines), (text) => {
        const actual = readEnvFile(text).toRecord();
        const expected = dotenv.parse(text);
        if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
      }),
      { numRuns: 4000 },
    );
  });

  test.each([
    ["A=x\u2028'y'\u2029z", "x\u2028y\u2029z"],
    ["A=x\u2028'y\u2028`z`\u2028'w'", "x\u2028y\u2028`z`\u2028'w"],
    ["A=x\u2028'y\u2028`z`\u2028w", "x\u2028'y\u2028z\u2028w"],
  ])("quotes around whole lines of a value are taken off: %j", (text, value) => {
    expect(readEnvFile(text).toRecord()).toEqual({ A: value });
    expect(dotenv.parse(text)).toEqual({ A: value });
  });

  test("files of many lines too, with open and escaped quotes", () => {
    const text = `A="\\"\nB='\\' x\nC=\`\n`.repeat(100);
    expect(readEnvFile(text).toRecord()).toEqual(dotenv.parse(text));
    expect(readEnvFile(`A='\\' x\n`.repeat(3e4)).entries).toHaveLength(3e4);
    expect(readEnvFile("export\n".repeat(3e4)).problems).toHaveLength(3e4);
  });
});
