import { formatPath, type SurfaceStore } from "@durar/credential-surface";
import { DurarError, SecretRefError } from "@durar/secretref-schema";
import { describePlace } from "./describe-place.ts";
import type { Preparation } from "./types.ts";

/** Every reason why a preparation cannot be published, each an error with its code, paths and hint; none where it can. */
export function activationFailures(preparation: Preparation): readonly DurarError[] {
  if (preparation.ok) return [];
  const { failures, secretsIssues, surfaceIssues, violations } = preparation;
  return [
    ...failures,
    ...secretsIssues.map(({ path, rule }) => invalid(formatPath(["secrets", ...path]), rule)),
    ...surfaceIssues
      .filter(isOwnerOn)
      .map(({ kind, store, path, rule }) =>
        kind === "malformed-ref"
          ? new SecretRefError("SECRET_REF_INVALID", { message: rule, paths: [describePlace(store, path)] })
          : invalid(describePlace(store, path), rule),
      ),
    ...violations
      .filter(isOwnerOn)
      .map(
        ({ store, path, message, hint }) =>
          new SecretRefError("SECRET_REF_POLICY", { message, hint, paths: [describePlace(store, path)] }),
      ),
  ];
}

function isOwnerOn({ store }: { readonly store: SurfaceStore }): boolean {
  return store.activity?.active !== false;
}

function invalid(path: string, rule: string): DurarError {
  return new DurarError({
    code: "CONFIG_INVALID",
    kind: "invalid-config",
    message: `${path} ${rule}`,
    hint: "correct the value as the rule says",
    paths: [path],
  });
}
