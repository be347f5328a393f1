import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { assertAbsent, assertNoLeak, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import {
  applyTextEdits,
  EDIT_RULES,
  editDocument,
  readDocument,
  type DocumentChange,
  type EditRule,
  type JsonValue,
  type ReadDocumentOptions,
} from "./index.ts";

function edit(text: string, changes: readonly DocumentChange[], options?: ReadDocumentOptions) {
  const result = readDocument(text, options);
  if (!result.ok) throw new Error(result.error.message);
  return editDocument(result.document, Object.freeze(changes));
}

function edited(text: string, changes: readonly DocumentChange[], options?: ReadDocumentOptions): string {
  const result = edit(text, changes, options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.text;
}

function refusals(text: string, changes: readonly DocumentChange[], options?: ReadDocumentOptions) {
  const result = edit(text, changes, options);
  if (result.ok) throw new Error("was edited");
  return result.problems.map(({ change, rule }): [number, EditRule] => [change, rule]);
}

const set = (path: readonly string[], value: unknown): DocumentChange =>
  Object.freeze({ op: "set", path, value: value as JsonValue });
const remove = (...path: readonly string[]): DocumentChange => Object.freeze({ op: "delete", path });
const ref = { source: "env", provider: "default", id: "TOKEN" };

const fixtures = fileURLToPath(new URL("../fixtures/edit", import.meta.url));

test.each(readdirSync(fixtures))("the text is edited as documented: %s", (name) => {
  const format = existsSync(`${fixtures}/${name}/before.json`) ? "json" : "json5";
  const file = (base: string) => readFileSync(`${fixtures}/${name}/${base}`, "utf8");
  const changes = JSON.parse(file("changes.json")) as DocumentChange[];
  expect(edited(file(`before.${format}`), changes, { format })).toBe(file(`after.${format}`));
});

describe("the text around an edit stays", () => {
  test.each(["\r\n", "\n", "\r"])("line ends, also in what is new: %j", (end) => {
    const lines = (...each: string[]) => each.join(end);
    expect(
      edited(lines("{", "\ta: 1, // one", "\tb: {}", "}", ""), [set(["c"], { d: { e: 1 } }), remove("a")]),
    ).toBe(lines("{", "\tb: {},", "\tc: {", "\t\td: { e: 1 }", "\t}", "}", ""));
  });

  test.each(["json5", "json"] as const)("a byte order mark before %s", (format) => {
    expect(edited('\ufeff{"a": 1}', [set(["a"], 2)], { format })).toBe('\ufeff{"a": 2}');
    expect(edited("\ufeff{\n}", [set(["a"], 2)], { format })).toBe(
      '\ufeff{\n  "a": 2\n}'.replaceAll('"', format === "json" ? '"' : ""),
    );
    expect(edited("\ufeff0", [set([], { a: 1 })], { format: "json" })).toBe('\ufeff{\n  "a": 1\n}');
  });

  test("edits are told one by one, in the order of the text", () => {
    const text = "{\n  a: 1,\n  b: { c: 2, d: 3 },\n}\n";
    const result = edit(text, [set(["e"], 4), remove("b", "c"), set(["a"], "x")]);
    expect(result).toEqual({
      ok: true,
      text: '{\n  a: "x",\n  b: { d: 3 },\n  e: 4,\n}\n',
      edits: [
        { start: 7, end: 8, newText: '"x"' },
        { start: 17, end: 23, newText: "" },
        { start: 30, end: 30, newText: "\n  e: 4," },
      ],
    });
    expect(result.ok && applyTextEdits(text, result.edits)).toBe(result.ok && result.text);
  });

  test("no change, and changes that are made already, edit nothing", () => {
    const text = "{ a : {b:'x',c:[ +1, ]}, }";
    expect(edit(text, [])).toEqual({ ok: true, text, edits: [] });
    expect(edit(text, [set(["a"], { c: [1], b: "x" }), remove("z", "y")])).toEqual({
      ok: true,
      text,
      edits: [],
    });
    expect(edit(text, [set([], { a: { b: "x", c: [1] } })])).toEqual({ ok: true, text, edits: [] });
  });

  test("but 0 is not -0, and a value with hidden members is not the value without them", () => {
    expect(edited("[0, -0, {a: 1, a: 2}]", [set(["0"], -0), set(["1"], 0), set(["2"], { a: 2 })])).toBe(
      "[-0, 0, {a: 2}]",
    );
  });
});

describe("what an old secret stood in goes with it", () => {
  test("in hidden members of the same name, on the path and at its end, one in another", () => {
    const secrets = [canary(), canary(), canary(), canary(), canary()];
    const [a, b, c, d, e] = secrets;
    const text = `{
      auth: { token: '${a}', token: '${b}', note: 'kept' },
      auth: [ '${c}' ],
      auth: { token: '${d}', token: '${e}' },
    }`;
    const after = edited(text, [set(["auth", "token"], ref)]);
    assertAbsent([a, b, d, e].map(String), after);
    expect(after).toContain("note: 'kept'");
    expect(after).toContain(String(c));
  });

  test("in elements of a hidden array, which become null so that indexes keep their meaning", () => {
    expect(edited("{ a: ['x', 'y'], a: ['z'] }", [set(["a", "0"], 1)])).toBe("{ a: [null, 'y'], a: [1] }");
    expect(edited("{ a: ['x', 'y'], a: ['z'] }", [remove("a", "0")])).toBe("{ a: [null, 'y'], a: [] }");
  });
});

describe("strings read as they are meant", () => {
  const odd = "'\"\\ \u2028\u2029\ud800\0\b\u001f\u007f\udc00😀</script>";

  test.each([
    ["{ a: 'x' }", "json5"],
    ['{ "a": "x" }', "json5"],
    ['{ "a": "x" }', "json"],
  ] as const)("in %s, %s", (text, format) => {
    const after = edited(text, [set(["a"], odd), set([odd], odd)], { format });
    expect(readDocument(after, { format })).toMatchObject({ document: { value: { a: odd, [odd]: odd } } });
    if (format === "json") expect(JSON.parse(after)).toEqual({ a: odd, [odd]: odd });
    for (const bare of ["\u2028", "\u2029", "\ud800", "\0", "\b", "\u001f"])
      expect(after).not.toContain(bare);
  });
});

describe("a change that cannot be made is answered, with its rule", () => {
  const sparse = new Array<number>(2);
  const cycle: unknown[] = [];
  cycle.push({ cycle });
  const deep = (levels: number): JsonValue => {
    let value: JsonValue = "x";
    for (let level = 0; level < levels; level++) value = level % 2 > 0 ? { value } : [value];
    return value;
  };

  test.each<[string, DocumentChange[], EditRule]>([
    ["{}", [set(["a"], 1), set(["a"], 1)], "path-conflict"],
    ["{}", [set(["a", "b"], 1), remove("a")], "path-conflict"],
    ["{}", [set([], {}), remove("a")], "path-conflict"],
  ])("a conflict of two changes: %s", (text, changes, rule) => {
    expect(refusals(text, changes)).toEqual([[1, rule]]);
  });

  test.each<[string, DocumentChange, EditRule]>([
    ["{ a: 'x' }", set(["a", "b"], 1), "path-through-scalar"],
    ["{ a: null }", remove("a", "b", "c"), "path-through-scalar"],
    ["{ a: 'x' }", set(["a", "length"], 1), "path-through-scalar"],
    ["[1, 2]", set(["01"], 1), "path-not-index"],
    ["[1, 2]", set(["-1"], 1), "path-not-index"],
    ["[1, 2]", remove("length"), "path-not-index"],
    ["[1, 2]", set(["", "a"], 1), "path-not-index"],
    ["[1, 2]", set(["3"], 1), "path-index-gap"],
    ["[1, 2]", set(["99999999999999999999", "a"], 1), "path-index-gap"],
    ["{}", remove(), "delete-root"],
  ])("a path that does not fit: %s %j", (text, change, rule) => {
    expect(refusals(text, [change])).toEqual([[0, rule]]);
  });

  test.each<[string, unknown]>([
    ["undefined", undefined],
    ["undefined in an object", { a: undefined }],
    ["NaN", NaN],
    ["Infinity", [Infinity]],
    ["bigint", 1n],
    ["a hole", sparse],
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
    ["a cycle", cycle],
    ["a date", new Date()],
    ["a map", new Map()],
    ["an object of a class", new (class {})()],
  ])("a value that JSON cannot hold: %s", (_, value) => {
    expect(refusals("{}", [set(["a"], value)])).toEqual([[0, "value-not-json"]]);
  });

  test("plain objects are taken wherever they come from, and one value may stand twice", () => {
    const foreign: unknown = runInContext("({ a: [1] })", createContext());
    const bare: unknown = Object.assign(Object.create(null), { b: foreign, c: foreign });
    expect(edited("[]", [set(["0"], bare)])).toBe(
      "[\n  {\n    b: {\n      a: [1]\n    },\n    c: {\n      a: [1]\n    }\n  }\n]",
    );
  });

  test("a result deeper or larger than the document may be", () => {
    const path = (length: number) => new Array<string>(length).fill("a");
    expect(edit("{}", [set(["a"], deep(199))]).ok).toBe(true);
    expect(refusals("{}", [set(["a"], deep(200))])).toEqual([[0, "value-too-deep"]]);
    expect(edit("{}", [set(path(200), 1)]).ok).toBe(true);
    expect(refusals("{}", [set(path(201), 1), remove(...path(300), "b")])).toEqual([[0, "value-too-deep"]]);
    const limits = { maxDepth: 1_000_000 };
    expect(refusals("{}", [set(path(100_000), 1)], limits)).toEqual([[0, "value-too-deep"]]);
    expect(edit("{}", [remove(...path(100_000))], limits).ok).toBe(true);
    expect(refusals("{}", [set(["a"], deep(201))], limits)).toEqual([[0, "value-too-deep"]]);

    const few = { maxEntries: 3 };
    expect(refusals("[1, 2]", [set(["2"], []), set(["3"], 1)], few)).toEqual([[1, "value-too-large"]]);
    expect(edited("[1, 2]", [set(["2"], []), set(["3"], 1), remove("0")], few)).toBe("[2, [], 1]");
    expect(refusals("[1, 2]", [set(["0"], [1, 2, 3, 4])], few)).toEqual([[0, "value-too-large"]]);
  });

  test("a value that doubles at every level is refused before it is written out", () => {
    let value: JsonValue = "x";
    for (let level = 0; level < 60; level++) value = [value, value];
    expect(refusals("{}", [set(["a"], value)])).toEqual([[0, "value-too-large"]]);
  });

  test("all of them are, in the order of the changes, and nothing is edited", () => {
    const changes = [set(["a", "b"], 1), set(["c"], 1), remove("d", "x"), set(["e"], NaN), remove("c")];
    expect(edit("{ a: 1, d: [] }", changes)).toEqual({
      ok: false,
      problems: (
        ["path-through-scalar", undefined, "path-not-index", "value-not-json", "path-conflict"] as const
      )
        .map((rule, change) => ({ rule, change, path: changes[change]?.path }))
        .flatMap(({ rule, ...rest }) => (rule ? [{ rule, message: EDIT_RULES[rule].when, ...rest }] : [])),
    });
  });

  test("nothing of the document or of a value is in the answer", async () => {
    const [old, hidden, fresh] = [canary(), canary(), canary()];
    const text = `{ // ${old}\n  a: '${old}', ${hidden.replaceAll("-", "_")}: 1, b: ['${hidden}'] }`;
    const outcome = await assertNoLeak([old, hidden, hidden.replaceAll("-", "_"), fresh], () =>
      edit(text, [
        set(["a", "x"], fresh),
        set(["b", "x"], { [fresh]: 1 }),
        set(["c"], [fresh, undefined]),
        set(["d"], fresh),
        set(["d"], fresh),
      ]),
    );
    expect(outcome).toMatchObject({ result: { ok: false, problems: { length: 4 } } });
  });
});

test("edits that do not fit the text are refused without a word of it", async () => {
  const secret = canary();
  for (const edits of [
    [
      { start: 2, end: 4, newText: secret },
      { start: 3, end: 5, newText: secret },
    ],
    [{ start: 0, end: 1000, newText: secret }],
    [{ start: 3, end: 2, newText: secret }],
  ])
    expect(await assertNoLeak(secret, () => applyTextEdits(secret, edits))).toMatchObject({
      threw: true,
      error: expect.any(RangeError) as RangeError,
    });
});

describe("the work grows with the text and the changes, not with their product", () => {
  const count = 20_000;
  const member = (index: number) =>
    `"name${index}": { "token": "plaintext ${index}", "note": "${"x".repeat(60)}" }`;

  test.each([",\n  ", ", ", ","])("20,000 changes in 2 MB, members separated by %j", (separator) => {
    const text = `{${Array.from({ length: count }, (_, index) => member(index)).join(separator)}}`;
    const changes = Array.from({ length: count }, (_, index): DocumentChange => {
      const name = `name${index}`;
      if (index % 4 === 0) return set([name, "token"], ref);
      if (index % 4 === 1) return remove(name, "token");
      return index % 4 === 2 ? remove(name) : set([name, "new", "inner"], ref);
    });
    const started = performance.now();
    const after = edited(text, changes, { format: "json" });
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(Object.keys(JSON.parse(after) as object).length).toBe((count * 3) / 4);
  });

  test("100,000 levels deep, with no recursion", () => {
    const levels = 100_000;
    const options = { maxDepth: levels + 1 };
    const path = new Array<string>(levels).fill("0");
    const text = "[".repeat(levels) + "'x'" + "]".repeat(levels);
    const outcomes: [DocumentChange, string][] = [
      [set(path, "y"), "'y'"],
      [remove(...path), ""],
      [set([...path.slice(1), "1"], "y"), "'x', 'y'"],
    ];
    for (const [change, innermost] of outcomes)
      expect(edited(text, [change], options) === text.replace("'x'", innermost)).toBe(true);
  });
});
