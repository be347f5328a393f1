import type { ParsedSecretInput } from "@durar/secretref-schema";
import { formatPath } from "./path.ts";
import type { Place, SurfaceEntry, SurfaceStore, SurfaceWarning } from "./types.ts";

/** Whether an input asks for something to be resolved. */
export function holdsRef(input: ParsedSecretInput): boolean {
  return input.kind === "ref" || input.kind === "template";
}

/** That a ref whose credential is not in use is ignored. */
export function ignoredRef({ place, activity }: SurfaceEntry): readonly SurfaceWarning[] {
  const { store, input, inputPath } = place;
  return activity.active || !holdsRef(input) ? [] : [ignored(store, inputPath, activity.reason)];
}

/** That what a field itself holds is overridden by its sibling ref. */
export function overriddenField({ store, path, inputPath, overridden }: Place): readonly SurfaceWarning[] {
  if (overridden === undefined) return [];
  if (holdsRef(overridden)) return [ignored(store, path, `${formatPath(inputPath)} takes precedence`)];
  if (overridden.kind !== "plaintext") return [];
  const message = `${formatPath(inputPath)} takes precedence over the plaintext at ${formatPath(path)}`;
  return [{ code: "SECRETS_REF_OVERRIDES_PLAINTEXT", message, store, path }];
}

function ignored(store: SurfaceStore, path: readonly string[], reason: string): SurfaceWarning {
  const message = `the ref at ${formatPath(path)} is ignored: ${reason}`;
  return { code: "SECRETS_REF_IGNORED_INACTIVE_SURFACE", message, store, path };
}
