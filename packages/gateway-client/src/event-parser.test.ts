import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEventParser } from "./event-parser.ts";

function parse(stretches: readonly string[], limit = 1_000): string[] | undefined {
  const parser = createEventParser(limit);
  const events: string[] = [];
  for (const stretch of stretches) {
    const parsed = parser.push(stretch);
    if (parsed === undefined) return undefined;
    events.push(...parsed.data);
  }
  return events;
}

describe("an event stream", () => {
  test.each<[string, string, string[]]>([
    ["an event is its data", "event: A\nid: 1\ndata: x\n\n", ["x"]],
    ["lines of data are joined", "data: x\ndata: y\n\n", ["x\ny"]],
    ["one blank after the colon is dropped, no more", "data:x\n\ndata:  y\n\n", ["x", " y"]],
    ["a colon in the data stays", "data: a: b\n\n", ["a: b"]],
    ["a field may have no colon", "data\n\n", [""]],
    ["a comment is none", ": hi\n\ndata: x\n: hi\n\n", ["x"]],
    ["an event without data is none", "event: A\nid: 1\n\n", []],
    ["other fields are ignored", "retry: 5\nDATA: y\ndata : z\ndata: x\n\n", ["x"]],
    ["a line may end in any of three ways", "data: a\r\n\r\ndata: b\r\rdata: c\n\n", ["a", "b", "c"]],
    ["an event cut off by the end is none", "data: a\n\ndata: b\n", ["a"]],
  ])("%s", (_title, stream, events) => {
    expect(parse([stream])).toEqual(events);
  });

  test("is the same wherever it is cut", () => {
    const line = fc.oneof(
      fc.constantFrom("", "data", "event: A", ": hi", "id: 1"),
      fc.string({ maxLength: 5 }).map((text) => `data: ${text.replaceAll(/[\r\n]/g, "")}`),
    );
    const stream = fc
      .array(fc.tuple(line, fc.constantFrom("\n", "\r", "\r\n")), { maxLength: 20 })
      .map((lines) => lines.flat().join(""));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(40), { maxLength: 8 }), (text, lengths) => {
        const stretches: string[] = [];
        let rest = text;
        for (const length of lengths) {
          stretches.push(rest.slice(0, length));
          rest = rest.slice(length);
        }
        expect(parse([...stretches, rest])).toEqual(parse([text]));
      }),
    );
  });

  test("is given up once an event is longer than the limit, in one line or in many", () => {
    expect(parse([`data: ${"x".repeat(94)}\n\n`], 100)).toEqual(["x".repeat(94)]);
    expect(parse([`data: ${"x".repeat(95)}\n\n`], 100)).toBeUndefined();
    expect(parse(Array<string>(101).fill("x"), 100)).toBeUndefined();
    expect(parse(Array<string>(20).fill("data: x\n"), 100)).toBeUndefined();
    expect(parse(Array<string>(200).fill("data: x\n\n"), 100)).toHaveLength(200);
    expect(parse(Array<string>(200).fill(": heartbeat\n"), 100)).toEqual([]);
  });
});
