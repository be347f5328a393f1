import { formatPath, holdsRef, isRecord } from "@durar/credential-surface";
import { parseSecretInput } from "@durar/secretref-schema";
import type { PreparedEntry } from "@durar/snapshot";
import type { FindingList } from "./finding-list.ts";
import type { LoadedDocument } from "./load-store.ts";
import type { NameRules } from "./types.ts";

const credentialFields = ["key", "keyRef", "token", "tokenRef", "access", "refresh"];

/** Reports agents' profiles that take precedence over a ref of the config for the same provider. */
export function findShadowed(
  entries: readonly PreparedEntry[],
  profileStores: readonly LoadedDocument[],
  names: NameRules,
  findings: FindingList,
): void {
  const refs = new Map<string, string>();
  for (const { place, activity } of entries) {
    const { tracksShadowing, providerSegment } = place.target;
    if (
      tracksShadowing !== true ||
      providerSegment === undefined ||
      !activity.active ||
      !holdsRef(place.input)
    )
      continue;
    refs.set(names.canonicalProvider(place.path[providerSegment] ?? ""), formatPath(place.path));
  }
  if (refs.size === 0) return;
  for (const document of profileStores) {
    const profiles = document.value["profiles"];
    if (document.store.activity?.active === false || !isRecord(profiles)) continue;
    for (const [id, profile] of Object.entries(profiles)) {
      if (!isRecord(profile) || typeof profile["provider"] !== "string" || !hasCredential(profile)) continue;
      const provider = names.canonicalProvider(profile["provider"]);
      const shadowed = refs.get(provider);
      if (shadowed === undefined) continue;
      findings.add({
        code: "REF_SHADOWED",
        severity: "warn",
        store: document.store,
        path: formatPath(["profiles", id]),
        ...document.locate(["profiles", id]),
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
  return credentialFields.some((field) => {
    const { kind } = parseSecretInput(profile[field]);
    return kind !== "absent" && kind !== "empty";
  });
}
