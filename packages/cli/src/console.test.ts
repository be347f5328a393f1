import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonDocument, painter } from "./console.ts";
import { OBEYED, surroundings } from "./fixtures/durar.ts";

describe("colours", () => {
  const painted = (environment: Record<string, string>, stdoutIsTerminal: boolean, color = true): boolean =>
    painter(surroundings("/", { environment, stdoutIsTerminal }), color)("red", "x") !== "x";

  test("are for terminals", () => {
    expect(painted({ TERM: "xterm" }, true)).toBe(true);
    expect(painted({}, true)).toBe(true);
    expect(painted({}, false)).toBe(false);
    expect(painted({ TERM: "dumb" }, true)).toBe(false);
  });

  test("are put off by NO_COLOR with any value but none, and by --no-color", () => {
    expect(painted({ NO_COLOR: "1" }, true)).toBe(false);
    expect(painted({ NO_COLOR: "0", FORCE_COLOR: "1" }, true)).toBe(false);
    expect(painted({ NO_COLOR: "" }, true)).toBe(true);
    expect(painted({ FORCE_COLOR: "1" }, true, false)).toBe(false);
  });

  test("are forced on or off by FORCE_COLOR", () => {
    expect(painted({ FORCE_COLOR: "1" }, false)).toBe(true);
    expect(painted({ FORCE_COLOR: "true", TERM: "dumb" }, false)).toBe(true);
    expect(painted({ FORCE_COLOR: "0" }, true)).toBe(false);
    expect(painted({ FORCE_COLOR: "false" }, true)).toBe(false);
    expect(painted({ FORCE_COLOR: "" }, true)).toBe(true);
  });
});

describe("a JSON document", () => {
  test("means what was put in, and holds nothing a terminal would obey", () => {
    const obeyed = ["\u001b", "\u007f", "\u009b", "\u061c", "\u200f", "\u2028", "\u202e", "\u2066", "\ufeff"];
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom("a", '"', "\\", ...obeyed), fc.string({ unit: "binary" })),
    });
    fc.assert(
      fc.property(fc.dictionary(text, text), (value) => {
        const document = jsonDocument({ value });
        expect(JSON.parse(document)).toEqual({ value });
        expect(document).not.toMatch(OBEYED);
      }),
      { numRuns: 50 },
    );
  });

  test("ends with a line break", () => {
    expect(jsonDocument({})).toBe("{}\n");
  });
});
