import { brokenIdRule, EXEC_PROTOCOL_VERSION, type ExecReportedCode } from "@durar/secretref-schema";
import { askDefinition } from "./ask-definition.ts";
import type { CheckedDefinition, Resolution, ResolvedValue } from "./definition.ts";
import type { ResolverRequest } from "./parse-request.ts";
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
    // A copy as it will be read: what JSON cannot hold fails here, for this id alone.
    if (isPlainObject(resolution)) return { value: JSON.parse(JSON.stringify(resolution)) as ResolvedValue };
    onError?.(new TypeError("a resolver answers strings, plain objects, refusals or undefined"));
  } catch (error) {
    onError?.(error);
  }
  return { code: "UNAVAILABLE" };
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
