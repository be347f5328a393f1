import { isDeepStrictEqual } from "node:util";
import fc, { type Arbitrary } from "fast-check";
import JSON5 from "json5";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  applyTextEdits,
  editDocument,
  readDocument,
  type ConfigDocument,
  type DocumentChange,
  type JsonValue,
  type TextEdit,
  type TextRange,
} from "./index.ts";
import type { CommentNode, ValueNode } from "./nodes.ts";

// The json5 package warns of U+2028 and U+2029 in strings.
beforeAll(() => void vi.spyOn(console, "warn").mockReturnValue());
afterAll(() => void vi.restoreAllMocks());

type Format = "json5" | "json";

const spaces = ["", "", "", " ", " ", "  ", "\n", "\n  ", "\r\n\t", "\r", "\n\n    "];
const json5Gaps = [
  "\u00a0",
  "\u2028",
  "\ufeff",
  "/* a */",
  " /* b */ ",
  " // c\n",
  "\n  // d\r\n  ",
  "/* e\n */",
].concat(["\n/* f */\n", "// g\u2028", " /* h */ // i\n", "//\r", "\t/* 'j */\t"]);
const names = ["a", "b", "c", "d", "e-f", "__proto__", "0", "é", "it's", 'say "x"', "\u2028"];
const strings = [
  "",
  "plain",
  "it's",
  "\"both\" 'quotes'",
  "\\",
  "\\'",
  "\u2028\u2029",
  "\ud800",
  "x\udc00",
  "\0\n\t\u007f😀",
];

const scalar: Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(...strings, true, false, null, 0, -0, 1e21, 5e-324, -1.5),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const value: Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthIdentifier: "value" },
    scalar,
    fc.constant({ source: "env", provider: "default", id: "TOKEN" }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(...names), tie("value")), { maxLength: 3 }).map(objectOf),
  ),
})).value;

/** Documents in any style, good or bad. */
function documents(format: Format): Arbitrary<string> {
  const gap = fc.constantFrom(...spaces, ...(format === "json5" ? json5Gaps : []));
  const single = (text: string) => `'${JSON.stringify(text).slice(1, -1).replace(/'/g, "\\'")}'`;
  const quoted = (text: string) =>
    format === "json"
      ? fc.constant(JSON.stringify(text))
      : fc.constantFrom(JSON.stringify(text), single(text));
  const name = fc
    .constantFrom(...names)
    .chain((text) =>
      format === "json5" && /^[\p{L}_]+$/u.test(text)
        ? fc.oneof(fc.constant(text), quoted(text))
        : quoted(text),
    );
  const ending = format === "json5" ? fc.tuple(fc.constantFrom("", ","), gap) : fc.constant(["", ""]);
  const wrap = (open: string, close: string, entry: Arbitrary<string>) =>
    fc.tuple(gap, fc.array(entry, { maxLength: 5 }), ending).map(([inside, entries, end]) => {
      const tail = entries.length > 0 ? end.join("") : "";
      return open + inside + entries.join(",") + tail + close;
    });
  const { document } = fc.letrec<{ document: string; value: string; entry: string; member: string }>(
    (tie) => ({
      document: fc
        .tuple(fc.constantFrom("", "\ufeff"), gap, tie("value"), gap)
        .map((parts) => parts.join("")),
      value: fc.oneof(
        { maxDepth: 4, depthIdentifier: "document" },
        scalar.chain((each) =>
          typeof each === "string"
            ? quoted(each)
            : fc.constant(Object.is(each, -0) ? "-0" : JSON.stringify(each)),
        ),
        { weight: 2, arbitrary: wrap("[", "]", tie("entry")) },
        { weight: 4, arbitrary: wrap("{", "}", tie("member")) },
      ),
      entry: fc.tuple(gap, tie("value"), gap).map((parts) => parts.join("")),
      member: fc
        .tuple(gap, name, gap, gap, tie("value"), gap)
        .map(
          ([before, key, after, space, each, behind]) => `${before}${key}${after}:${space}${each}${behind}`,
        ),
    }),
  );
  return document;
}

/** Changes that a document takes: anywhere in it, none within another's path. */
function changesOf(document: ConfigDocument): Arbitrary<DocumentChange[]> {
  const places = [...pathsOf(document.value)].flatMap(([path, each]): (readonly string[])[] => {
    if (Array.isArray(each))
      return [path, [...path, String(each.length)], [...path, String(each.length), "new"]];
    return isObject(each)
      ? [path, [...path, "new"], [...path, "e-f"], [...path, "x", "y"], [...path, "x", "z"]]
      : [path];
  });
  const path = fc.constantFrom(...places);
  const change = fc.oneof(
    fc.record({ op: fc.constant("set" as const), path, value }),
    fc.record({ op: fc.constant("delete" as const), path }),
  );
  return fc.array(change, { maxLength: 6 }).map((changes) => {
    const taken: DocumentChange[] = [];
    for (const each of changes) {
      if (each.op === "delete" && each.path.length === 0) continue;
      if (!taken.some(({ path: other }) => isWithin(each.path, other) || isWithin(other, each.path)))
        taken.push(each);
    }
    return taken;
  });
}

function isWithin(path: readonly string[], outer: readonly string[]): boolean {
  return outer.every((segment, index) => path[index] === segment);
}

const absent = Symbol("absent");

/** The plain value with the changes made, the simple way. */
function changed(before: unknown, changes: readonly DocumentChange[]): unknown {
  const [first] = changes;
  if (first?.path.length === 0) return first.op === "set" ? first.value : absent;
  const groups = new Map<string, DocumentChange[]>();
  for (const change of changes) {
    const [head = "", ...path] = change.path;
    groups.set(head, [...(groups.get(head) ?? []), { ...change, path }]);
  }
  const result: [string, unknown][] = [];
  for (const [key, each] of isObject(before) ? Object.entries(before) : [])
    result.push([key, changed(each, groups.get(key) ?? [])]);
  for (const [key, group] of groups)
    if (!Object.hasOwn(before ?? {}, key)) result.push([key, changed(undefined, group)]);
  const left = result.filter(([, each]) => each !== absent);
  if (Array.isArray(before)) return left.map(([, each]) => each);
  if (isObject(before)) return objectOf(left);
  if (before === undefined) return left.length > 0 ? objectOf(left) : absent;
  return before;
}

function edited(text: string, format: Format, changes: readonly DocumentChange[]) {
  const result = editDocument(read(text, format), changes);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

function read(text: string, format: Format): ConfigDocument {
  const result = readDocument(text, { format });
  if (!result.ok) throw new Error(result.error.message);
  return result.document;
}

/** Not `expect`, which would take most of the time. */
function same(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}

const withChanges = (format: Format) =>
  documents(format).chain((text) => fc.tuple(fc.constant(text), changesOf(read(text, format))));

test.each(["json5", "json"] as const)("a %s document reads as its value with the changes made", (format) => {
  fc.assert(
    fc.property(withChanges(format), ([text, changes]) => {
      const result = edited(text, format, changes);
      const expected = changed(read(text, format).value, changes);
      same(read(result.text, format).value, expected);
      same(JSON5.parse(result.text), expected);
      if (format === "json") same(JSON.parse(result.text.replace(/^\ufeff/, "")), expected);
    }),
    { numRuns: 1500 },
  );
});

test("every byte outside the edits stays, and every comment that is in nothing removed or replaced", () => {
  fc.assert(
    fc.property(withChanges("json5"), ([text, changes]) => {
      const document = read(text, "json5");
      const result = edited(text, "json5", changes);
      let end = 0;
      for (const edit of result.edits) {
        if (!(edit.start >= end && edit.end >= edit.start)) throw new Error("edits are out of order");
        if (text.slice(edit.start, edit.end) === edit.newText) throw new Error("an edit changes nothing");
        end = edit.end;
      }
      same(applyTextEdits(text, result.edits), result.text);
      const gone = new Set(document.comments.filter((comment) => isCovered(comment, result.edits)));
      const kept = document.comments.filter((comment) => !gone.has(comment));
      const show = (of: string) => (comment: CommentNode) => of.slice(comment.start, comment.end);
      same(read(result.text, "json5").comments.map(show(result.text)), kept.map(show(text)));
      const entries = changes.flatMap((change) => entriesAt(document, change));
      for (const comment of gone)
        if (!entries.some((entry) => owns(document, entry, comment))) throw new Error("a comment is gone");
    }),
    { numRuns: 1500 },
  );
});

test("changes that are made already edit nothing", () => {
  const isSettled = (document: ConfigDocument) => (change: DocumentChange) =>
    change.op === "set" || document.locate(change.path)?.member !== undefined;
  const cases = fc
    .constantFrom<Format>("json5", "json")
    .chain((format) => fc.tuple(fc.constant(format), withChanges(format)));
  fc.assert(
    fc.property(cases, ([format, [text, all]]) => {
      const changes = all.filter(isSettled(read(text, format)));
      const once = edited(text, format, changes);
      same(edited(once.text, format, changes).edits, []);
    }),
    { numRuns: 1000 },
  );
});

test("JSON as JSON.stringify writes it stays so, whatever is deleted and whatever scalars are set", () => {
  const plainName = fc.constantFrom("a", "b", "c", "d", "e");
  const plain = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      scalar,
      fc.array(tie("value"), { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(plainName, tie("value")), { minLength: 1, maxLength: 4 }).map(objectOf),
    ),
  })).value;
  const write = (each: unknown, indent: string) =>
    JSON.stringify(each, null, indent).replace(/[\u2028\u2029]/g, (one) =>
      one === "\u2028" ? "\\u2028" : "\\u2029",
    );
  const cases = fc
    .tuple(plain, fc.constantFrom("\t", "  ", "    "))
    .map(([before, indent]) => ({ indent, document: read(write(before, indent), "json") }))
    .chain(({ indent, document }) => fc.tuple(fc.constant({ indent, document }), changesOf(document)));
  fc.assert(
    fc.property(cases, ([{ indent, document }, all]) => {
      const changes = all
        .filter(({ path }) => path.length > 0 && document.locate(path.slice(0, -1)) !== undefined)
        .map((change) => (change.op === "set" ? { ...change, value: "new" } : change));
      same(edited(document.text, "json", changes).text, write(changed(document.value, changes), indent));
    }),
    { numRuns: 1000 },
  );
});

function isCovered({ start, end }: TextRange, edits: readonly TextEdit[]): boolean {
  return edits.some((edit) => edit.start < end && edit.end > start);
}

interface Entry extends TextRange {
  readonly removed: boolean;
}

/** The values that a change replaces and the entries that it removes, hidden ones too. */
function entriesAt(document: ConfigDocument, change: DocumentChange): Entry[] {
  const { root } = document;
  let found: { node: ValueNode; start: number }[] = [{ node: root, start: root.start }];
  for (const segment of change.path)
    found = found.flatMap(({ node }) => {
      if (node.type === "object")
        return node.members
          .filter(({ name }) => name === segment)
          .map((member) => ({ node: member.value, start: member.keyStart }));
      const element = node.type === "array" ? node.elements[Number(segment)] : undefined;
      return element ? [{ node: element, start: element.start }] : [];
    });
  const counting = document.locate(change.path)?.node;
  return found.map(({ node, start }) => {
    const removed = change.op === "delete" || node !== counting;
    return { start: removed ? start : node.start, end: node.end, removed };
  });
}

/** Whether a comment goes with an entry: because it is in it, or behind it on its line. */
function owns({ text, comments }: ConfigDocument, entry: Entry, comment: CommentNode): boolean {
  if (comment.start >= entry.start && comment.end <= entry.end) return true;
  if (!entry.removed || comment.start < entry.end) return false;
  let between = "";
  let from = entry.end;
  for (const each of comments.filter(({ start, end }) => start >= entry.end && end <= comment.start)) {
    between += text.slice(from, each.start);
    from = each.end;
  }
  return /^[^\S\n\r\u2028\u2029]*,?[^\S\n\r\u2028\u2029]*$/.test(between + text.slice(from, comment.start));
}

function* pathsOf(of: unknown, path: readonly string[] = []): Generator<[readonly string[], unknown]> {
  yield [path, of];
  if (!isObject(of)) return;
  for (const [segment, child] of Object.entries(of)) yield* pathsOf(child, [...path, segment]);
}

function isObject(of: unknown): of is object {
  return typeof of === "object" && of !== null;
}

function objectOf<Value>(members: readonly (readonly [string, Value])[]): Record<string, Value> {
  const object = {};
  for (const [key, each] of members)
    Object.defineProperty(object, key, { value: each, writable: true, enumerable: true, configurable: true });
  return object;
}
