import type { Paint } from "@durar/audit";
import type { SecretsState } from "@durar/gateway-client";

/** A state in its colour. */
export function paintState(state: SecretsState, paint: Paint): string {
  return paint(state === "healthy" ? "green" : state === "degraded" ? "yellow" : "red", state);
}
