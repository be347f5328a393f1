import type { FailureReport, WarningReport } from "@durar/gateway-client";
import { describePlace } from "@durar/snapshot";
import type { SurfaceWarning } from "@durar/credential-surface";
import type { DurarError } from "@durar/secretref-schema";

/** An error as it is sent: its code and words, and nothing else of it. */
export function failureReport(error: DurarError): FailureReport {
  const { code, message, hint, paths, source, provider, id, reported } = error;
  return {
    code,
    message,
    hint,
    paths,
    ...(source === undefined ? {} : { source }),
    ...(provider === undefined ? {} : { provider }),
    ...(id === undefined ? {} : { id }),
    ...(reported === undefined ? {} : { reported }),
  };
}

/** A warning as it is sent. */
export function warningReport({ code, message, store, path }: SurfaceWarning): WarningReport {
  if (store === undefined || path === undefined) return { code, message };
  return { code, message, path: describePlace(store, path) };
}
