import { isUtf8 } from "node:buffer";
import { readJsonValue } from "@durar/config-document";
import { isRecord } from "@durar/credential-surface";
import { isDurarError, type DurarError } from "@durar/secretref-schema";
import { failureReport } from "./failure-report.ts";
import { InvalidParams, type RpcContext, type RpcMethods } from "./rpc-method.ts";

/** What became of one request. */
export interface RpcOutcome {
  /** The method, where it is a known one: an unknown name may be anything. */
  readonly method: string | undefined;
  /** The code of the error, for logs; `undefined` for a result. */
  readonly error: string | undefined;
  /** What is sent back; nothing for a notification. */
  readonly answer: object | undefined;
}

/**
 * Answers one JSON-RPC 2.0 request. Never rejects: every error is in the answer, and none of its words is the
 * request's.
 *
 * @see https://www.jsonrpc.org/specification
 */
export async function answerRpc(body: Buffer, methods: RpcMethods, context: RpcContext): Promise<RpcOutcome> {
  // Decoded all the same, it would put other characters in the place of those that are none: in a secret too.
  if (!isUtf8(body)) return refused(null, -32_700, "the request is no UTF-8");
  const parsed = readJsonValue(body.toString());
  if (!parsed.ok) return refused(null, -32_700, `the request is no JSON: ${parsed.error.message}`);
  if (Array.isArray(parsed.value)) return refused(null, -32_600, "batches are not supported");
  const request = readRequest(parsed.value);
  if (request === undefined) return refused(null, -32_600, "this is no JSON-RPC 2.0 request");
  const outcome = await call(request, methods, context);
  return request.id === undefined ? { ...outcome, answer: undefined } : outcome;
}

interface RpcRequest {
  /** Absent for a notification. */
  readonly id: string | number | null | undefined;
  readonly method: string;
  readonly params: unknown;
}

function readRequest(value: unknown): RpcRequest | undefined {
  if (!isRecord(value) || value["jsonrpc"] !== "2.0") return undefined;
  const { id, method, params = {} } = value;
  if (typeof method !== "string" || typeof params !== "object" || params === null) return undefined;
  return isId(id) ? { id, method, params } : undefined;
}

/** An id that could not be sent back as it came would be taken for another one. */
function isId(id: unknown): id is RpcRequest["id"] {
  if (typeof id === "number") return Number.isInteger(id) ? Number.isSafeInteger(id) : Number.isFinite(id);
  return id === undefined || id === null || typeof id === "string";
}

async function call(
  { id = null, method: name, params }: RpcRequest,
  methods: RpcMethods,
  context: RpcContext,
): Promise<RpcOutcome> {
  const method = Object.hasOwn(methods, name) ? methods[name as keyof RpcMethods] : undefined;
  if (method === undefined) return refused(id, -32_601, "there is no method of this name");
  try {
    const result = await method(params, context);
    return { method: name, error: undefined, answer: { jsonrpc: "2.0", id, result } };
  } catch (error) {
    return { ...failed(id, error), method: name };
  }
}

function failed(id: RpcRequest["id"], error: unknown): RpcOutcome {
  if (error instanceof InvalidParams) return refused(id, -32_602, `invalid params: ${error.message}`);
  const failures = failuresOf(error);
  const first = isDurarError(error) ? error : failures[0];
  if (first === undefined) return refused(id, -32_603, "internal error; its text is withheld");
  const { code, message, hint } = first;
  const data = { code, hint, failures: failures.map(failureReport) };
  return { ...refused(id, -32_000, message, data), error: code };
}

/** The reasons of an error that has several, or the error itself; none where it is not one of ours. */
function failuresOf(error: unknown): readonly DurarError[] {
  if (error instanceof AggregateError) return error.errors.filter(isDurarError);
  if (!isDurarError(error)) return [];
  const failures: unknown = "failures" in error ? error.failures : undefined;
  return Array.isArray(failures) && failures.length > 0 ? failures.filter(isDurarError) : [error];
}

function refused(id: RpcRequest["id"], code: number, message: string, data?: object): RpcOutcome {
  const error = { code, message, ...(data === undefined ? {} : { data }) };
  return { method: undefined, error: String(code), answer: { jsonrpc: "2.0", id, error } };
}
