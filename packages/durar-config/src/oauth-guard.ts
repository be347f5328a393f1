import { isRecord, valueAt, type Policy } from "@durar/credential-surface";
import { looksLikeSecretRef, parseSecretInput } from "@durar/secretref-schema";

const fields = ["key", "keyRef", "token", "tokenRef", "access", "refresh"];

/**
 * OAuth credentials are minted and rotated at run time, so a profile of `type: "oauth"`, or one whose
 * `auth.profiles.<id>.mode` is `oauth`, may hold no ref and no template.
 */
export const oauthGuard: Policy = ({ config, stores }) =>
  stores
    .filter(({ kind }) => kind === "auth-profiles")
    .flatMap((store) => {
      const profiles = valueAt(store.value, ["profiles"]);
      return (isRecord(profiles) ? Object.entries(profiles) : []).flatMap(([id, profile]) => {
        if (!isRecord(profile)) return [];
        const mode = valueAt(config, ["auth", "profiles", id, "mode"]);
        if (profile["type"] !== "oauth" && mode !== "oauth") return [];
        return fields
          .filter((field) => Object.hasOwn(profile, field) && isRefLike(profile[field]))
          .map((field) => ({
            store,
            path: ["profiles", id, field],
            message: "an OAuth profile may hold no SecretRef and no template",
            hint: "remove the ref, or change the profile's type and its auth.profiles mode to api_key or token",
          }));
      });
    });

function isRefLike(value: unknown): boolean {
  const { kind } = parseSecretInput(value);
  return kind === "ref" || kind === "template" || looksLikeSecretRef(value);
}
