import { findRefShapes } from "./find-ref-shapes.ts";
import { formatPath, valueAt, type Path } from "./path.ts";
import { matchesPattern } from "./pattern.ts";
import type { Surface, SurfaceIssue, SurfaceStore, SurfaceWarning } from "./types.ts";

/**
 * What looks like a ref in a store and lies at no place of the surface: an error where refs are ruled out, else a
 * warning.
 *
 * @param known paths that are accounted for
 */
export function refsElsewhere(
  { unsupported }: Surface,
  store: SurfaceStore,
  known: readonly Path[],
): { readonly issues: readonly SurfaceIssue[]; readonly warnings: readonly SurfaceWarning[] } {
  const issues: SurfaceIssue[] = [];
  const warnings: SurfaceWarning[] = [];
  const accountedFor = new Set(known.map((path) => JSON.stringify(path)));
  const rules = unsupported.filter((entry) => entry.store === store.kind);
  for (const path of findRefShapes(store.value)) {
    if (accountedFor.has(JSON.stringify(path))) continue;
    const ruledOut = rules.find(
      ({ pattern, profileType }) =>
        matchesPattern(pattern, path) &&
        (profileType === undefined || valueAt(store.value, [...path.slice(0, -1), "type"]) === profileType),
    );
    const message = `${formatPath(path)} looks like a SecretRef, but none is supported there; it is left alone`;
    if (ruledOut === undefined) warnings.push({ code: "SECRETS_REF_UNKNOWN_PATH", message, store, path });
    else
      issues.push({ kind: "unsupported-ref", store, path, rule: `takes no SecretRef: ${ruledOut.reason}` });
  }
  return { issues, warnings };
}
