import { formatPath, holdsRef, isRecord } from "@durar/credential-surface";
import { parseSecretInput } from "@durar/secretref-schema";
import type { PreparedEntry } from "@durar/snapshot";
import type { AuditContext } from "./context.ts";
import type { LoadedDocument } from "./load-store.ts";
import { whereIn } from "./where-in.ts";

/** The fields that a profile of each type is read for. */
const credentialFields: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["api_key", ["key", "keyRef"]],
  ["token", ["token", "tokenRef"]],
  ["oauth", ["access", "refresh"]],
]);

/** Reports agents' profiles that take precedence over a ref of the config for the same provider. */
export function findShadowed(
  entries: readonly PreparedEntry[],
  profileStores: readonly LoadedDocument[],
  { names, findings }: AuditContext,
): void {
  const refs = new Map<string, string>();
  for (const { place, activity } of entries) {
    const { tracksShadowing, providerSegment } = place.target;
    if (tracksShadowing !== true || providerSegment === undefined) continue;
    if (!activity.active || !holdsRef(place.input)) continue;
    refs.set(names.canonicalProvider(place.path[providerSegment] ?? ""), formatPath(place.path));
  }
  if (refs.size === 0) return;
  for (const document of profileStores) {
    const profiles = document.value["profiles"];
    if (document.store.activity?.active === false || !isRecord(profiles)) continue;
    for (const [id, profile] of Object.entries(profiles)) {
      if (!isRecord(profile) || typeof profile["provider"] !== "string") continue;
      const provider = names.canonicalProvider(profile["provider"]);
      const shadowed = refs.get(provider);
      if (shadowed === undefined || !hasCredential(profile)) continue;
      findings.add({
        code: "REF_SHADOWED",
        severity: "warn",
        ...whereIn(document, ["profiles", id]),
        provider,
        profileId: id,
        message: `this profile takes precedence over the ref at ${shadowed}`,
        hint: "remove the profile, or remove the ref if the profile is meant to win",
      });
    }
  }
}

/** A profile with neither value nor ref is never selected, so it shadows nothing. */
function hasCredential(profile: Readonly<Record<string, unknown>>): boolean {
  return (credentialFields.get(profile["type"]) ?? []).some((field) => {
    const { kind } = parseSecretInput(profile[field]);
    return kind !== "absent" && kind !== "empty";
  });
}
