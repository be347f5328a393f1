/** The first place where a text stops being JSON, and the rule it breaks there, in words that never quote it. */
export interface JsonFault {
  /** Index in the text, in UTF-16 code units. */
  readonly offset: number;
  readonly rule: string;
}

/** How deep objects and arrays may be nested. */
export const DEPTH_LIMIT = 200;

type Expected = keyof typeof rules | "nothing";

const rules = {
  value: "a value is expected",
  "value-or-end": "a value or ] is expected",
  key: "a key in double quotes is expected",
  "key-or-end": "a key in double quotes or } is expected",
  colon: "a colon is expected",
  separator: "a comma or the closing bracket is expected",
} as const;

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literal = /true|false|null/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Checks a text against RFC 8259, and its nesting against {@link DEPTH_LIMIT}. Iterative, and linear in the length.
 * `JSON.parse` says where a text is broken by quoting it, which a text of secrets does not allow.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const closers: ("]" | "}")[] = [];
  let expected: Expected = "value";
  let offset = skipSpace(text, 0);
  while (expected !== "nothing") {
    const character = text[offset];
    if (character === undefined) return { offset, rule: `the text ends where ${rules[expected]}` };
    const fault: JsonFault = { offset, rule: rules[expected] };
    const mayClose = expected === "separator" || expected === "key-or-end" || expected === "value-or-end";
    if (mayClose && character === closers.at(-1)) {
      closers.pop();
      expected = afterValue(closers);
      offset += 1;
    } else if (expected === "separator") {
      if (character !== ",") return fault;
      expected = closers.at(-1) === "}" ? "key" : "value";
      offset += 1;
    } else if (expected === "colon") {
      if (character !== ":") return fault;
      expected = "value";
      offset += 1;
    } else if (expected === "key" || expected === "key-or-end") {
      if (character !== '"') return fault;
      const end = endOfString(text, offset);
      if (typeof end !== "number") return end;
      expected = "colon";
      offset = end;
    } else if (character === "{" || character === "[") {
      if (closers.length === DEPTH_LIMIT)
        return { offset, rule: `objects and arrays may be nested ${DEPTH_LIMIT} deep` };
      closers.push(character === "{" ? "}" : "]");
      expected = character === "{" ? "key-or-end" : "value-or-end";
      offset += 1;
    } else {
      const end =
        character === '"'
          ? endOfString(text, offset)
          : (endOf(number, text, offset) ?? endOf(literal, text, offset) ?? fault);
      if (typeof end !== "number") return end;
      expected = afterValue(closers);
      offset = end;
    }
    offset = skipSpace(text, offset);
  }
  return offset === text.length ? undefined : { offset, rule: "nothing may follow the value" };
}

function afterValue(closers: readonly string[]): Expected {
  return closers.length === 0 ? "nothing" : "separator";
}

function skipSpace(text: string, start: number): number {
  let offset = start;
  for (;;) {
    const code = text.charCodeAt(offset);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return offset;
    offset += 1;
  }
}

function endOf(token: RegExp, text: string, offset: number): number | undefined {
  token.lastIndex = offset;
  return token.test(text) ? token.lastIndex : undefined;
}

function endOfString(text: string, start: number): number | JsonFault {
  let offset = start + 1;
  for (;;) {
    const code = text.charCodeAt(offset);
    if (Number.isNaN(code)) return { offset, rule: "the text ends inside a string" };
    if (code === 0x22) return offset + 1;
    if (code < 0x20) return { offset, rule: "a control character in a string must be escaped" };
    if (code === 0x5c) {
      const end = endOf(escape, text, offset);
      if (end === undefined) return { offset, rule: "a backslash must start an escape that JSON knows" };
      offset = end;
    } else offset += 1;
  }
}
