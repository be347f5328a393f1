import { parseExecResponse } from "@durar/secretref-schema";
import { firstDocument, MAX_ANSWER_DEPTH } from "../first-document.ts";

/** What stands against reading a response, each the business of one check. */
export type ResponseProblem = "utf8" | "json" | "nothing-after" | "protocol-version" | "shape";

/** A response as the command wrote it: both maps hold its own keys only, and nothing is dropped. */
export interface RawResponse {
  readonly values: ReadonlyMap<string, unknown>;
  readonly errors: ReadonlyMap<string, unknown>;
}

/** A read response, or what stands against it, in words that never quote it. */
export type ReadResponse =
  | { readonly ok: true; readonly response: RawResponse }
  | { readonly ok: false; readonly problem: ResponseProblem; readonly rule: string };

/** Reads standard output as a caller does, and says what is wrong with it. */
export function readResponse(stdout: Uint8Array): ReadResponse {
  const text = decode(stdout);
  if (text === undefined) return unreadable("utf8", "standard output is not valid UTF-8");
  if (text.trim() === "") return unreadable("json", "standard output is empty");
  const found = firstDocument(text);
  if (found === undefined) return unreadable("json", "standard output does not start with a JSON object");
  if (found.depth > MAX_ANSWER_DEPTH)
    return unreadable("json", `the answer is nested more than ${MAX_ANSWER_DEPTH} deep`);
  const value = parse(text.slice(0, found.end));
  if (value === undefined) return unreadable("json", "standard output is not JSON");
  if (text.slice(found.end).trim() !== "")
    return unreadable("nothing-after", "something stands behind the answer");
  const parsed = parseExecResponse(value);
  if (!parsed.ok)
    return unreadable(parsed.rule.includes("protocolVersion") ? "protocol-version" : "shape", parsed.rule);
  const own = (key: "values" | "errors"): ReadonlyMap<string, unknown> =>
    new Map(Object.entries((value as Partial<Record<typeof key, object>>)[key] ?? {}));
  return { ok: true, response: { values: own("values"), errors: own("errors") } };
}

function unreadable(problem: ResponseProblem, rule: string): ReadResponse {
  return { ok: false, problem, rule };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The message of JSON.parse quotes its input.
    return undefined;
  }
}
