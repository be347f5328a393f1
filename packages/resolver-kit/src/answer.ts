import { brokenIdRule, EXEC_PROTOCOL_VERSION, type ExecReportedCode } from "@durar/secretref-schema";
import { askDefinition } from "./ask-definition.ts";
import type { CheckedDefinition, Resolution, ResolvedValue } from "./definition.ts";
import type { ResolverRequest } from "./parse-request.ts";
import { firstDocument, MAX_ANSWER_DEPTH } from "./first-document.ts";
import { isPlainObject } from "./plain-object.ts";
import { isRefusal } from "./refusal.ts";

/** The answer of protocol version 1. Each id that was asked is in exactly one of the two. */
export interface ResolverAnswer {
  readonly protocolVersion: typeof EXEC_PROTOCOL_VERSION;
  readonly values: Readonly<Record<string, ResolvedValue>>;
  readonly errors: Readonly<Record<string, { readonly code: ExecReportedCode }>>;
}

/** Answers a request until the signal; an id that breaks the grammar never reaches the resolver's function. */
export async function answerRequest(
  definition: CheckedDefinition,
  { provider, ids }: ResolverRequest,
  signal: AbortSignal,
): Promise<ResolverAnswer> {
  const valid = ids.filter((id) => brokenIdRule("exec", id) === undefined);
  const resolutions = await askDefinition(
    definition,
    Object.freeze(valid),
    Object.freeze({ provider, signal }),
  );
  const values: [string, ResolvedValue][] = [];
  const errors: [string, { code: ExecReportedCode }][] = [];
  for (const id of ids) {
    const judged = resolutions.has(id)
      ? judge(resolutions.get(id), definition)
      : { code: "INVALID_ID" as const };
    if ("code" in judged) errors.push([id, judged]);
    else values.push([id, judged.value]);
  }
  return {
    protocolVersion: EXEC_PROTOCOL_VERSION,
    // Own properties, whatever an id is called.
    values: Object.fromEntries(values),
    errors: Object.fromEntries(errors),
  };
}

function judge(
  resolution: Resolution,
  { onError }: CheckedDefinition,
): { readonly value: ResolvedValue } | { readonly code: ExecReportedCode } {
  if (resolution === undefined || resolution === null) return { code: "NOT_FOUND" };
  if (isRefusal(resolution)) return { code: resolution.code };
  if (typeof resolution === "string") return { value: resolution };
  try {
    if (!isPlainObject(resolution))
      throw new TypeError("a resolver answers strings, plain objects, refusals or undefined");
    return { value: asRead(resolution) };
  } catch (error) {
    onError(error);
    return { code: "UNAVAILABLE" };
  }
}

/** A copy as it will be read: what JSON cannot hold, or a caller does not read, fails here, for its id alone. */
function asRead(value: object): ResolvedValue {
  const text = JSON.stringify(value);
  const depth = firstDocument(text)?.depth;
  // The answer itself and its `values` are around it.
  if (depth === undefined || depth > MAX_ANSWER_DEPTH - 2)
    throw new TypeError("the JSON of an object is none, or nests too deep");
  return JSON.parse(text) as ResolvedValue;
}
