import { isRecord } from "@durar/credential-surface";
import { readSecretsConfig, type ProviderConfigInput, type SecretsConfig } from "@durar/secretref-schema";
import type { DocumentDraft } from "../drafts/document-draft.ts";

/** Changes of the providers that go with a plan. */
export interface ProviderChanges {
  /** By alias; each takes the place of the provider that has the alias. */
  readonly upserts: Readonly<Record<string, ProviderConfigInput>>;
  /** Aliases. */
  readonly deletes: readonly string[];
}

/** The `secrets` block of a configuration as it will be once its providers are changed. */
export function secretsAfter(
  config: DocumentDraft,
  { upserts, deletes }: ProviderChanges = { upserts: {}, deletes: [] },
): SecretsConfig {
  const written = config.at(["secrets"]);
  const block = isRecord(written) ? written : {};
  const providers = isRecord(block["providers"]) ? block["providers"] : {};
  const kept = Object.entries(providers).filter(([alias]) => !deletes.includes(alias));
  return readSecretsConfig({ ...block, providers: { ...Object.fromEntries(kept), ...upserts } }).config;
}
