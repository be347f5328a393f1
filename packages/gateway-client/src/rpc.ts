import { gatewayError } from "./errors.ts";
import { fieldsOf, readCode, readFailureReports } from "./failure-reports.ts";
import type { CleanText } from "./received-text.ts";
import { GatewayRequestError } from "./request-error.ts";

/** A call of a method: what is sent, and what its answer is told by. */
export interface RpcCall {
  readonly method: string;
  readonly params: unknown;
  readonly id: number;
}

/** The text of a JSON-RPC 2.0 request. */
export function encodeCall({ method, params, id }: RpcCall): string {
  try {
    return JSON.stringify({ jsonrpc: "2.0", id, method, params });
  } catch {
    // The error of JSON.stringify names keys of the value.
    throw gatewayError("GATEWAY_PROTOCOL", `the parameters of ${method} cannot be written as JSON`, {
      hint: "give plain data: no BigInt, and nothing that contains itself",
    });
  }
}

/** The result in the answer to a call, or its error, thrown. Of the answer only the envelope is checked. */
export function readAnswer(call: RpcCall, answer: unknown, place: string, clean: CleanText): unknown {
  const fields = fieldsOf(answer);
  const failed = Object.hasOwn(fields, "error");
  // Where the gateway could not read the id of a request, its error has none.
  const sameCall = fields["id"] === call.id || (failed && fields["id"] === null);
  const wellFormed = fields["jsonrpc"] === "2.0" && sameCall && failed !== Object.hasOwn(fields, "result");
  const error = failed ? readError(call.method, fieldsOf(fields["error"]), clean) : undefined;
  if (!wellFormed || (failed && error === undefined))
    throw gatewayError(
      "GATEWAY_PROTOCOL",
      `the answer from ${place} is not the JSON-RPC answer to ${call.method}`,
    );
  if (error !== undefined) throw error;
  return fields["result"];
}

function readError(
  method: string,
  { code, message, data }: Readonly<Record<string, unknown>>,
  clean: CleanText,
): GatewayRequestError | undefined {
  if (typeof code !== "number" || !Number.isInteger(code) || typeof message !== "string") return undefined;
  const { code: dataCode, hint, failures } = fieldsOf(data);
  return new GatewayRequestError({
    message: `${method} failed: ${clean(message)}`,
    hint: typeof hint === "string" && hint !== "" ? clean(hint) : undefined,
    rpcCode: code,
    dataCode: readCode(dataCode, clean),
    failures: readFailureReports(failures, clean),
  });
}
