import type { DurarError } from "@durar/secretref-schema";
import { gatewayError } from "./errors.ts";

/** The error for an answer whose HTTP status says that the request was not dispatched. Nothing of the answer is in it. */
export function statusError(place: string, status: number | undefined): DurarError {
  switch (status) {
    case 401:
      return gatewayError(
        "GATEWAY_UNAUTHORIZED",
        `the gateway at ${place} refused the credential, or got none`,
      );
    case 403:
      return gatewayError("GATEWAY_FORBIDDEN", `the gateway at ${place} does not allow this request`);
    case 413:
      return gatewayError("GATEWAY_PROTOCOL", `the request is larger than the gateway at ${place} takes`, {
        hint: "send less; a gateway takes 1 MiB",
      });
    case 429:
      return gatewayError("GATEWAY_RATE_LIMITED", `the gateway at ${place} has had too many failed attempts`);
    case 503:
      return gatewayError("GATEWAY_UNREACHABLE", `the gateway at ${place} is shutting down`, {
        hint: "try again when it has started",
      });
    default:
      return gatewayError("GATEWAY_PROTOCOL", `what answers at ${place} gave HTTP status ${status}`);
  }
}
