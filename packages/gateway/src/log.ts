import type { Snapshot } from "@durar/snapshot";
import pino, { type DestinationStream, type Logger } from "pino";
import { warningReport } from "./server/failure-report.ts";
import { gatewayAuthSurface } from "./server/secrets-status.ts";

/** Fields that could hold a secret by their name. No call logs one; should one ever do so, it is not written. */
const SECRET_FIELDS = [
  "token",
  "password",
  "secret",
  "value",
  "authorization",
  "apiKey",
  "raw",
  "config",
  "env",
];

/** Makes the gateway's log: one JSON object a line. */
export function createLog(destination: DestinationStream): Logger {
  // No deeper than anything that is logged: a failure in a list of failures.
  const paths = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  return pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths, censor: "[redacted]" } },
    destination,
  );
}

/** Logs what an operator should know of a snapshot that has come into force. */
export function logActivation(log: Logger, { warnings, entries }: Snapshot): void {
  for (const { code, message, path } of warnings.map(warningReport)) log.warn({ code, path }, message);
  for (const { path, active, reason } of gatewayAuthSurface(entries)) {
    const state = active ? "active" : "inactive";
    log.info({ code: "SECRETS_GATEWAY_AUTH_SURFACE", path, state, reason }, `${path} is ${state}: ${reason}`);
  }
}
