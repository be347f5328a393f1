import * as z from "zod/mini";
import { printable } from "./printable.ts";

/** One rule that a value breaks, and where. It never holds the value. */
export interface SchemaIssue {
  /** Segments from the value that was checked; an index is its decimal digits. */
  readonly path: readonly string[];
  /** What is wrong there, to be read after the path: `must be a string`. */
  readonly rule: string;
}

/** A checked value, or every rule it breaks. */
export type Validated<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly issues: readonly SchemaIssue[] };

type Issue = z.core.$ZodIssue;

/** Checks a value with a zod schema, and says what is wrong in words of ours, which never quote the value. */
export function validate<Value>(schema: z.core.$ZodType<Value>, value: unknown): Validated<Value> {
  try {
    // The input is asked for only to tell a missing field from one of a wrong type.
    const result = z.safeParse(schema, value, { reportInput: true });
    if (result.success) return { ok: true, value: result.data };
    return { ok: false, issues: result.error.issues.flatMap((issue) => describe(issue)) };
  } catch (error) {
    // zod hands issues on as arguments of a call, and a call takes some hundred thousand of them.
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, issues: [{ path: [], rule: "breaks more rules than can be listed" }] };
  }
}

function describe(issue: Issue): SchemaIssue[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: [...path, key], rule: "is not a known key" }));
  return [{ path, rule: printable(ruleOf(issue)) }];
}

function ruleOf(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is required" : `must be ${typeName(issue.expected)}`;
    case "invalid_value":
      return `must be ${oneOf(issue.values)}`;
    case "invalid_union":
      return "options" in issue && issue.options !== undefined
        ? `must be ${oneOf(issue.options)}`
        : "has no allowed form";
    case "too_small":
      if (issue.minimum === 1 && unit(issue.origin) !== "") return "must not be empty";
      return `must be at least ${String(issue.minimum)}${unit(issue.origin)}`;
    case "too_big":
      return `must be at most ${String(issue.maximum)}${unit(issue.origin)}`;
    case "invalid_key":
      return issue.issues[0]?.message ?? "is not an allowed key";
    // Every pattern and every check of its own in our schemas states its rule.
    case "invalid_format":
    case "custom":
      return issue.message;
    default:
      return "is not valid";
  }
}

function oneOf(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(" or ");
}

function unit(origin: string): string {
  return origin === "string" ? " characters long" : origin === "array" ? " entries long" : "";
}

function typeName(expected: string): string {
  if (expected === "int") return "a whole number";
  if (expected === "record" || expected === "object") return "an object";
  return `${expected === "array" ? "an" : "a"} ${expected}`;
}
