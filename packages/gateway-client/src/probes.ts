import { fieldsOf } from "./failure-reports.ts";
import type { SecretsState } from "./methods.ts";

/** That the process of a gateway is up. */
export interface GatewayHealth {
  readonly ok: boolean;
  /** The gateway's process; told over the socket alone. */
  readonly pid?: number;
}

/** Whether a gateway has secrets in force. */
export interface GatewayReadiness {
  /** Also where the secrets are degraded: the last good ones are in force. */
  readonly ready: boolean;
  readonly state: SecretsState;
  /** Counts activations; 0 before the first. */
  readonly generation: number;
}

const states: readonly SecretsState[] = ["inactive", "healthy", "degraded"];

/** Reads the body of `/healthz`; `undefined` where it is another. */
export function readHealth(body: unknown): GatewayHealth | undefined {
  const { ok, pid } = fieldsOf(body);
  if (typeof ok !== "boolean") return undefined;
  return Object.freeze({ ok, ...(isCount(pid) ? { pid } : {}) });
}

/** Reads the body of `/readyz`; `undefined` where it is another. */
export function readReadiness(body: unknown): GatewayReadiness | undefined {
  const { ready, state: named, generation } = fieldsOf(body);
  const state = states.find((known) => known === named);
  if (typeof ready !== "boolean" || state === undefined || !isCount(generation)) return undefined;
  return Object.freeze({ ready, state, generation });
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
