import { formatPath, holdsRef } from "@durar/credential-surface";
import { GATEWAY_AUTH_PATHS } from "@durar/durar-config";
import type { AuthSurfaceReport, SecretsStatus } from "@durar/gateway-client";
import { refKey, refsIn, type SecretRef } from "@durar/secretref-schema";
import type { ManagerStatus, PreparedEntry, Snapshot } from "@durar/snapshot";
import { failureReport, warningReport } from "./failure-report.ts";

/** How the secrets stand, in a form that can be sent: codes, paths and counts. */
export function secretsStatus(
  status: ManagerStatus,
  snapshot: Snapshot | undefined,
): Omit<SecretsStatus, "recentEvents" | "gateway"> {
  const { state, generation, since, lastAttempt, nextAttemptAt } = status;
  return {
    state: state === "closed" ? "inactive" : state,
    generation,
    since: isoTime(since),
    activatedAt: isoTime(snapshot?.activatedAt ?? since),
    lastAttempt: lastAttempt && {
      trigger: lastAttempt.trigger,
      at: isoTime(lastAttempt.at),
      durationMs: lastAttempt.durationMs,
      ok: lastAttempt.ok,
      failures: lastAttempt.failures.map(failureReport),
    },
    ...(nextAttemptAt === undefined ? {} : { nextAttemptAt: isoTime(nextAttemptAt) }),
    providers: refsByProvider(snapshot?.entries ?? []),
    warnings: (snapshot?.warnings ?? []).map(warningReport),
    gatewayAuthSurface: gatewayAuthSurface(snapshot?.entries ?? []),
  };
}

/** Whether each of the gateway's own credentials that holds a ref is in use, and why. */
export function gatewayAuthSurface(entries: readonly PreparedEntry[]): readonly AuthSurfaceReport[] {
  const ids: readonly string[] = GATEWAY_AUTH_PATHS;
  return entries
    .filter(({ place }) => ids.includes(place.target.id) && holdsRef(place.input))
    .map(({ place, activity: { active, reason } }) => ({ path: formatPath(place.path), active, reason }));
}

/** How many distinct refs in use each provider has. */
function refsByProvider(entries: readonly PreparedEntry[]): SecretsStatus["providers"] {
  const refs = new Map<string, SecretRef>();
  for (const { place, activity } of entries)
    if (activity.active) for (const ref of refsIn(place.input)) refs.set(refKey(ref), ref);
  const counts = new Map<string, SecretsStatus["providers"][number]>();
  for (const { source, provider } of refs.values()) {
    const key = `${source}:${provider}`;
    counts.set(key, { source, provider, refs: (counts.get(key)?.refs ?? 0) + 1 });
  }
  return [...counts.values()];
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
