import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeTemplate, parseSecretInput, parseTemplate } from "./index.ts";

const env = (id: string, provider = "default") => ({ source: "env", provider, id });

describe("a string on a secret-bearing path", () => {
  test("that is exactly ${NAME} is an env ref on the default env alias", () => {
    const defaults = { env: "shell", file: "default", exec: "default" };
    expect(parseSecretInput("${OPENAI_API_KEY}", { defaults })).toEqual({
      kind: "ref",
      ref: env("OPENAI_API_KEY", "shell"),
    });
  });

  test("with ${NAME} beside other text is a template", () => {
    expect(parseSecretInput("Bearer ${A}:${B}!")).toEqual({
      kind: "template",
      parts: [{ text: "Bearer " }, { ref: env("A") }, { text: ":" }, { ref: env("B") }, { text: "!" }],
      refs: [env("A"), env("B")],
    });
    expect(parseSecretInput("${A}${B}")).toMatchObject({ kind: "template", refs: [env("A"), env("B")] });
  });

  test.each([
    ["$${NAME}", "${NAME}"],
    ["a $${NAME} b", "a ${NAME} b"],
    ["$$${NAME}", "$${NAME}"],
    ["${name}", "${name}"],
    ["${}", "${}"],
    ["${A", "${A"],
    ["${A B}", "${A B}"],
    ["$A", "$A"],
    ["$", "$"],
    [`\${${"A".repeat(129)}}`, `\${${"A".repeat(129)}}`],
    [" sk-1 ", " sk-1 "],
  ])("reading %s is the plaintext %s", (text, value) => {
    expect(parseSecretInput(text)).toEqual({ kind: "plaintext", value });
  });

  test("may name a variable of the longest name there is", () => {
    const name = `A${"B".repeat(127)}`;
    expect(parseSecretInput(`\${${name}}`)).toEqual({ kind: "ref", ref: env(name) });
    expect(parseSecretInput(`$\${${name}}`)).toEqual({ kind: "plaintext", value: `\${${name}}` });
  });

  test("with an escape beside a variable keeps the escape literal", () => {
    expect(parseSecretInput("$${A}${B}")).toMatchObject({
      kind: "template",
      parts: [{ text: "${A}" }, { ref: env("B") }],
    });
  });

  test.each(["", " ", "\n\t"])("that is blank (%j) is empty", (text) => {
    expect(parseSecretInput(text)).toEqual({ kind: "empty" });
  });
});

test("text that is escaped reads as the text, whatever it holds", () => {
  const pieces = fc.constantFrom("$", "${", "}", "${A}", "$${A}", "A", "{", " x", "${a}");
  const texts = fc.array(pieces, { minLength: 1 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, (text) => {
      const value = `${text}.`;
      expect(parseSecretInput(escapeTemplate(value))).toEqual({ kind: "plaintext", value });
    }),
  );
  expect(escapeTemplate("no variable: $5, ${low}")).toBe("no variable: $5, ${low}");
});

test("an absent field and a null one hold nothing", () => {
  expect(parseSecretInput(undefined)).toEqual({ kind: "absent" });
  expect(parseSecretInput(null)).toEqual({ kind: "absent" });
});

test.each([
  [{ source: "env", id: "lower" }, "env id"],
  [{ provider: "default", id: "A" }, "source"],
  [{ type: "service_account" }, 'no key "type"'],
  [12345678, "not a number"],
  [true, "not a boolean"],
  [["a"], "not an array"],
])("%j is malformed and never taken for plaintext", (value, rule) => {
  const parsed = parseSecretInput(value);
  expect(parsed).toMatchObject({ kind: "malformed" });
  expect(parsed.kind === "malformed" && parsed.rule).toContain(rule);
});

test("where objects are values, one without a source is plaintext and one with a source must be a ref", () => {
  const account = { type: "service_account", project_id: "p" };
  expect(parseSecretInput(account, { allowObject: true })).toEqual({ kind: "plaintext", value: account });
  expect(parseSecretInput({ source: "env", id: "a" }, { allowObject: true })).toMatchObject({
    kind: "malformed",
  });
  expect(parseSecretInput({ source: "env", id: "A" }, { allowObject: true })).toMatchObject({ kind: "ref" });
});

test("any text survives being split into template parts, variables put back and escapes undone by hand", () => {
  const soup = fc.string({ unit: fc.constantFrom("$", "{", "}", "A", "b", "_", " ") });
  fc.assert(
    fc.property(soup, (text) => {
      const joined = parseTemplate(text)
        .map((part) => ("text" in part ? part.text : `\${${part.variable}}`))
        .join("");
      expect(joined).toBe(text.replace(/\$\$(\{[A-Z][A-Z0-9_]{0,127}\})/g, "$$$1"));
    }),
    { numRuns: 2000 },
  );
});

test.each(["$", "${", "$$", "${A", "${A}", "$${A}", "x"])(
  "a text of 200,000 %s is read in passing",
  (piece) => {
    const text = piece.repeat(200_000);
    const parsed = parseSecretInput(text);
    expect(parsed.kind).toBe(piece === "${A}" ? "template" : "plaintext");
  },
);
