import {
  brokenIdRule,
  formatJsonPointer,
  parseJsonPointer,
  printable,
  Secret,
  type FileProviderConfig,
  type SecretAnswer,
} from "@durar/secretref-schema";
import { failProvider, failRef } from "./failures.ts";
import type { Payload } from "./parse-payload.ts";

/** Why no file of this mode can have the id, where that is so. */
export function rejectId(
  provider: string,
  mode: FileProviderConfig["mode"],
  id: string,
): SecretAnswer | undefined {
  const problem = brokenIdRule("file", id);
  // What breaks the grammar may be a secret in the wrong place: it is not shown.
  if (problem !== undefined) return failProvider("SECRET_REF_INVALID", provider, { problem });
  if (mode === "singleValue" && id !== "value")
    return failRef("SECRET_REF_INVALID", provider, id, {
      problem: 'the one id of a provider with mode "singleValue" is "value"',
      hint: 'use the id "value", or set mode: "json" for a file that holds several secrets',
    });
  if (mode === "json" && id === "value")
    return failRef("SECRET_REF_INVALID", provider, id, {
      problem: 'the ids of a provider with mode "json" are JSON pointers',
      hint: 'use a pointer such as "/value", or set mode: "singleValue" for a file that is one secret',
    });
  return undefined;
}

/** Answers an id that {@link rejectId} does not reject. Any JSON value of a type that may be a secret is one here. */
export function pickValue(provider: string, payload: Payload, id: string): SecretAnswer {
  let value: unknown = payload;
  const segments = parseJsonPointer(id) ?? [];
  for (const [index, segment] of segments.entries()) {
    value = member(value, segment);
    if (value === undefined) {
      const place = printable(formatJsonPointer(segments.slice(0, index + 1)));
      return failRef("SECRET_NOT_FOUND", provider, id, { problem: `the file has nothing at "${place}"` });
    }
  }
  if (typeof value === "string" && value.trim() === "")
    return failRef("SECRET_EMPTY", provider, id, { problem: "the value is blank" });
  if (typeof value === "string" || (typeof value === "object" && value !== null))
    return { ok: true, value: new Secret(value) };
  return failRef("SECRET_VALUE_TYPE", provider, id, {
    problem: `the value is ${value === null ? "null" : `a ${typeof value}`}, not a string`,
    hint: "put the value in double quotes in the file",
  });
}

/** RFC 6901, section 4: own members of objects, and elements of arrays by digits without leading zeros. */
function member(value: unknown, segment: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value) && !/^(?:0|[1-9][0-9]*)$/.test(segment)) return undefined;
  return Object.hasOwn(value, segment) ? (value as Readonly<Record<string, unknown>>)[segment] : undefined;
}
