import {
  findProvider,
  formatRef,
  refKey,
  SecretRefError,
  type ProviderConfig,
  type SecretAnswer,
  type SecretProvider,
  type SecretRef,
  type SecretsConfig,
} from "@durar/secretref-schema";

/** The refs that one configured provider resolves. */
export interface ProviderGroup {
  readonly alias: string;
  readonly provider: SecretProvider;
  readonly config: ProviderConfig;
  readonly ids: readonly string[];
}

/** Refs sorted by provider, and the answers of those that no provider can be asked for. */
export interface ProviderGroups {
  readonly groups: readonly ProviderGroup[];
  readonly answers: Map<string, SecretAnswer>;
}

/** Sorts distinct refs by the provider that resolves them. */
export function groupByProvider(
  refs: Iterable<SecretRef>,
  secrets: SecretsConfig,
  providers: readonly SecretProvider[],
): ProviderGroups {
  const answers = new Map<string, SecretAnswer>();
  const groups = new Map<string, ProviderGroup & { readonly ids: string[] }>();
  for (const ref of refs) {
    const fail = (error: SecretRefError): unknown => answers.set(refKey(ref), { ok: false, error });
    const found = findProvider(secrets, ref);
    const provider = providers.find(({ source }) => source === ref.source);
    // An alias has one source, so that it alone tells the groups apart.
    const group = groups.get(ref.provider);
    if (!found.ok) fail(found.error);
    else if (provider === undefined) fail(notInstalled(ref));
    else if (group !== undefined) group.ids.push(ref.id);
    else groups.set(ref.provider, { alias: ref.provider, provider, config: found.config, ids: [ref.id] });
  }
  const { maxRefsPerProvider } = secrets.resolution;
  const askable = [...groups.values()].filter((group) => {
    if (group.ids.length <= maxRefsPerProvider) return true;
    const error = tooMany(group, maxRefsPerProvider);
    for (const id of group.ids) answers.set(keyOf(group, id), { ok: false, error });
    return false;
  });
  return { groups: askable, answers };
}

/** The key of the ref that an id of the group belongs to. */
export function keyOf({ alias, provider }: ProviderGroup, id: string): string {
  return refKey({ source: provider.source, provider: alias, id });
}

function notInstalled(ref: SecretRef): SecretRefError {
  return new SecretRefError("SECRET_PROVIDER_NOT_INSTALLED", {
    ...ref,
    message: `${formatRef(ref)}: this program was built without ${ref.source} providers`,
  });
}

function tooMany({ alias, provider, ids }: ProviderGroup, limit: number): SecretRefError {
  return new SecretRefError("SECRET_LIMIT_EXCEEDED", {
    source: provider.source,
    provider: alias,
    message: `provider "${alias}" is asked for ${ids.length} refs; secrets.resolution.maxRefsPerProvider is ${limit}`,
    hint: "raise secrets.resolution.maxRefsPerProvider, or spread the refs over several providers",
  });
}
