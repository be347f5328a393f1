import { EXEC_PROTOCOL_VERSION, PROVIDER_ALIAS_PATTERN } from "@durar/secretref-schema";

/** What a resolver is asked. */
export interface ResolverRequest {
  /** The alias under which the caller has configured the resolver. */
  readonly provider: string;
  /** The ids, each once. One that breaks the grammar may be among them. */
  readonly ids: readonly string[];
}

/** A read request, or the rule it breaks, in words that never quote it. */
export type ParsedRequest =
  { readonly ok: true; readonly request: ResolverRequest } | { readonly ok: false; readonly rule: string };

/** More ids than a caller may have for one provider. */
const MAX_IDS = 4096;
const keys = ["protocolVersion", "provider", "ids"];

/** Reads the bytes of a request strictly: an unknown key, or anything behind the document, is an error. */
export function parseRequest(bytes: Uint8Array): ParsedRequest {
  const read = readJson(bytes);
  if (!read.ok) return read;
  const { value } = read;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return broken("the request must be a JSON object");
  const request = new Map(Object.entries(value));
  if (request.get("protocolVersion") !== EXEC_PROTOCOL_VERSION)
    return broken(`the request's protocolVersion must be ${EXEC_PROTOCOL_VERSION}`);
  if ([...request.keys()].some((key) => !keys.includes(key)))
    return broken(`the request may have ${keys.join(", ")} only`);
  const provider: unknown = request.get("provider");
  if (typeof provider !== "string" || !PROVIDER_ALIAS_PATTERN.test(provider))
    return broken("the request's provider must be an alias");
  const ids: unknown = request.get("ids");
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === "string"))
    return broken("the request's ids must be an array of strings");
  if (ids.length > MAX_IDS) return broken(`the request has more than ${MAX_IDS} ids`);
  return { ok: true, request: { provider, ids: [...new Set(ids)] } };
}

function readJson(
  bytes: Uint8Array,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly rule: string } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.trim() === "" ? broken("the request is empty") : { ok: true, value: JSON.parse(text) };
  } catch {
    // The message of JSON.parse quotes its input.
    return broken("the request is not JSON in UTF-8");
  }
}

function broken(rule: string): { readonly ok: false; readonly rule: string } {
  return { ok: false, rule };
}
