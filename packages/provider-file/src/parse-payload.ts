import type { FileProviderConfig } from "@durar/secretref-schema";
import { failProvider, type Result } from "./failures.ts";
import { findJsonFault } from "./find-json-fault.ts";
import { findUtf8Fault } from "./find-utf8-fault.ts";
import { textPosition } from "./text-position.ts";

/** What a file holds: its root object in mode `json`, its one value in mode `singleValue`. */
export type Payload = string | Readonly<Record<string, unknown>>;

/** Reads a file's bytes as its mode says. A failure gives a position and a rule, never content. */
export function parsePayload(
  provider: string,
  mode: FileProviderConfig["mode"],
  bytes: Uint8Array,
): Result<Payload> {
  const invalid = (problem: string, hint?: string): Result<never> =>
    failProvider("SECRET_PAYLOAD_INVALID", provider, { problem, hint });
  const badByte = findUtf8Fault(bytes);
  if (badByte !== undefined)
    return invalid(`the file is not UTF-8 at byte ${badByte + 1}`, "save the file as UTF-8");
  // The decoder skips a byte order mark.
  const text = new TextDecoder("utf-8").decode(bytes);
  if (mode === "singleValue") return { ok: true, value: text.replace(/\r?\n$/, "") };

  // Before JSON.parse: its errors quote the text, and nesting without bound costs it memory without bound.
  const fault = findJsonFault(text);
  if (fault !== undefined) {
    const { line, column } = textPosition(text, fault.offset);
    return invalid(`the file is not JSON at line ${line}, column ${column}: ${fault.rule}`);
  }
  const root: unknown = JSON.parse(text);
  if (typeof root === "object" && root !== null && !Array.isArray(root))
    return { ok: true, value: root as Readonly<Record<string, unknown>> };
  return invalid(
    "the file must hold a JSON object",
    'put the secrets into an object, or set mode: "singleValue" for a file that is one secret',
  );
}
