import { DurarError, isDurarError } from "@durar/secretref-schema";
import { GATEWAY_CLIENT_ERRORS } from "./errors.ts";
import type { FailureReport } from "./methods.ts";

/** What a {@link GatewayRequestError} is made from: texts of the gateway, already bounded and printable. */
export interface GatewayRequestErrorDetails {
  readonly message: string;
  /** @default the hint of the code */
  readonly hint?: string | undefined;
  readonly rpcCode: number;
  readonly dataCode?: string | undefined;
  readonly failures: readonly FailureReport[];
}

/** The gateway was reached, and answered a call with an error. Recognise it with {@link isGatewayRequestError}. */
export class GatewayRequestError extends DurarError<"GATEWAY_REQUEST_FAILED"> {
  /** The number of the JSON-RPC error: -32602 for bad parameters, -32000 for a failure that `dataCode` names. */
  readonly rpcCode: number;
  /** The gateway's own code for what went wrong; absent where it gave none. */
  readonly dataCode: string | undefined;
  /** Every reason the gateway gave. */
  readonly failures: readonly FailureReport[];

  constructor(details: GatewayRequestErrorDetails) {
    const { kind, hint } = GATEWAY_CLIENT_ERRORS.GATEWAY_REQUEST_FAILED;
    super({
      code: "GATEWAY_REQUEST_FAILED",
      kind,
      message: details.message,
      hint: details.hint ?? hint,
    });
    this.rpcCode = details.rpcCode;
    this.dataCode = details.dataCode;
    this.failures = Object.freeze([...details.failures]);
  }

  /** What the base shows, and the gateway's codes and reasons. */
  override toJSON(): Record<string, unknown> {
    return {
      ...super.toJSON(),
      rpcCode: this.rpcCode,
      ...(this.dataCode === undefined ? {} : { dataCode: this.dataCode }),
      failures: this.failures,
    };
  }
}

Object.defineProperty(GatewayRequestError.prototype, "name", {
  value: "GatewayRequestError",
  configurable: true,
  writable: true,
});

/** Whether `value` is a {@link GatewayRequestError}, also one made by another copy of this package. */
export function isGatewayRequestError(value: unknown): value is GatewayRequestError {
  return isDurarError(value) && value.code === "GATEWAY_REQUEST_FAILED";
}
