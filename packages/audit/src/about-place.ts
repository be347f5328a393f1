import { valueAt, type Place } from "@durar/credential-surface";

/** Whose credential a place holds. */
export function aboutPlace({ path, target, store }: Place): { provider?: string; profileId?: string } {
  if (target.profileType !== undefined) {
    const profile = path.slice(0, -1);
    const provider = valueAt(store.value, [...profile, "provider"]);
    const profileId = profile.at(-1);
    return {
      ...(typeof provider === "string" ? { provider } : {}),
      ...(profileId === undefined ? {} : { profileId }),
    };
  }
  const provider = target.providerSegment === undefined ? undefined : path[target.providerSegment];
  return provider === undefined ? {} : { provider };
}
