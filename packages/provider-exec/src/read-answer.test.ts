import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shown } from "./fixtures/commands.ts";
import { readAnswer } from "./read-answer.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

function readOne(output: Uint8Array, jsonOnly = false): unknown {
  return shown(readAnswer(output, { provider: "vault", ids: ["value"], jsonOnly }).get("value"));
}

describe("a bare value", () => {
  test("is any text, less one line break at its end", () => {
    const nested = fc.json().filter((text) => text.trim() !== "");
    const text = fc.oneof(fc.string({ unit: "grapheme" }), nested);
    fc.assert(
      fc.property(text, fc.constantFrom("", "\n", "\r\n"), (value, lineBreak) => {
        fc.pre(value.trim() !== "" && !/[\r\n\u{feff}]|protocolVersion/u.test(value));
        expect(readOne(bytes(value + lineBreak))).toBe(value);
      }),
    );
  });

  test("keeps all line breaks but the last", () => {
    expect(readOne(bytes("a\n\n"))).toBe("a\n");
    expect(readOne(bytes("a\r\n\r\n"))).toBe("a\r\n");
    expect(readOne(bytes("\na"))).toBe("\na");
    expect(readOne(bytes("a\r"))).toBe("a\r");
  });

  test("that is not there is a missing secret, one of white space an empty one", () => {
    expect(["", "\n", "\r\n", "\u{feff}\n"].map((text) => readOne(bytes(text)))).toEqual(
      Array(4).fill("SECRET_NOT_FOUND"),
    );
    expect([" ", "\n\n", "\t\n"].map((text) => readOne(bytes(text)))).toEqual(Array(3).fill("SECRET_EMPTY"));
  });

  test("is what any JSON without protocolVersion is, however deep", () => {
    const deep = `${"[".repeat(300)}${"]".repeat(300)}`;
    for (const text of ["12", "true", "[1]", '["protocolVersion"]', '{"values":{"value":"x"}}', deep])
      expect(readOne(bytes(text))).toBe(text);
  });

  test("is not what declares the protocol", () => {
    expect(readOne(bytes('{"protocolVersion":1,"values":{"value":"x"}}'))).toBe("x");
    expect(readOne(bytes('{"protocolVersion":2,"values":{"value":"x"}}'))).toBe("SECRET_PROTOCOL_INVALID");
  });

  test("skips a byte order mark, and refuses what is not UTF-8", () => {
    expect(readOne(bytes("\u{feff}x"))).toBe("x");
    for (const bad of [[0xff], [0x61, 0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]])
      expect(readOne(Uint8Array.from(bad))).toBe("SECRET_PROTOCOL_INVALID");
  });
});

describe("a protocol answer", () => {
  test.each([
    "",
    " ",
    "x",
    "[]",
    "1",
    "{}",
    '{"protocolVersion":1}',
    '{"protocolVersion":1,"values":[]}',
    '{"protocolVersion":"1","values":{}}',
  ])("is not %j", (text) => {
    expect(readOne(bytes(text), true)).toBe("SECRET_PROTOCOL_INVALID");
  });

  test("may start with a byte order mark and hold ids nobody asked for", () => {
    const text = '\u{feff}{"protocolVersion":1,"values":{"value":"x","other":"y"}}';
    const answers = readAnswer(bytes(text), { provider: "vault", ids: ["value"], jsonOnly: true });
    expect([...answers.keys()]).toEqual(["value"]);
  });

  test("gives each id what is its own, whatever it is called", () => {
    const id = fc.oneof(
      fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1 }), fc.nat(), (ids, half) => {
        const answered = ids.slice(0, half % (ids.length + 1));
        const values = `{${answered.map((id) => `${JSON.stringify(id)}:${JSON.stringify(`of ${id}`)}`).join()}}`;
        const text = `{"protocolVersion":1,"values":${values}}`;
        const answers = readAnswer(bytes(text), { provider: "vault", ids, jsonOnly: true });
        expect([...answers].map(([id, answer]) => [id, shown(answer)])).toEqual(
          ids.map((id) => [id, answered.includes(id) ? `of ${id}` : "SECRET_NOT_FOUND"]),
        );
      }),
    );
  });

  test("nested more than 200 deep is refused, without an attempt to parse it", () => {
    const nested = (depth: number): string =>
      `{"protocolVersion":1,"values":{"value":${"[".repeat(depth - 2)}${"]".repeat(depth - 2)}}}`;
    expect(readOne(bytes(nested(200)), true)).not.toBe("SECRET_PROTOCOL_INVALID");
    expect(readOne(bytes(nested(201)), true)).toBe("SECRET_PROTOCOL_INVALID");
    const endless = Buffer.alloc(20 * 1024 * 1024, "[");
    const start = performance.now();
    expect(readOne(endless, true)).toBe("SECRET_PROTOCOL_INVALID");
    // JSON.parse takes more than 4 s over it.
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test("of a wrong type says which, and not what", () => {
    const values = { null: null, number: 314159, boolean: false };
    const ids = Object.keys(values);
    const answers = readAnswer(bytes(JSON.stringify({ protocolVersion: 1, values })), {
      provider: "vault",
      ids,
      jsonOnly: true,
    });
    expect([...answers.values()].map((answer) => !answer.ok && answer.error.message)).toEqual([
      "exec:vault:null: the value is null, not a string",
      "exec:vault:number: the value is a number, not a string",
      "exec:vault:boolean: the value is a boolean, not a string",
    ]);
  });
});

test.each([
  ["NOT_FOUND", "store the secret under this id"],
  ["PERMISSION_DENIED", "read the secret"],
  ["AMBIGUOUS", "one secret alone"],
  ["UNAVAILABLE", "is unlocked"],
  ["INVALID_ID", "correct the id"],
])("a command that reports %s for an id has what to do told: %s", (code, hint) => {
  const output = bytes(JSON.stringify({ protocolVersion: 1, errors: { value: { code } } }));
  const answer = readAnswer(output, { provider: "vault", ids: ["value"], jsonOnly: true }).get("value");
  expect(answer?.ok === false ? answer.error.hint : "").toContain(hint);
});
