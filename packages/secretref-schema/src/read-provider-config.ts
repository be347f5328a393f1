import { SecretRefError } from "./errors.ts";
import { printable } from "./printable.ts";
import { parseProviderConfig, type ProviderConfig } from "./provider-config.ts";
import type { SecretSource } from "./ref.ts";

/** A provider's configuration with its defaults, or why it is none for this provider. */
export type ReadProviderConfig<Source extends SecretSource> =
  | { readonly ok: true; readonly config: Extract<ProviderConfig, { readonly source: Source }> }
  | { readonly ok: false; readonly error: SecretRefError };

/**
 * Reads the configuration a provider is called with, for providers to check at their entry.
 *
 * @param provider the alias, for messages
 * @returns `SECRET_PROVIDER_NOT_CONFIGURED` with every rule it breaks, or `SECRET_PROVIDER_SOURCE_MISMATCH`
 */
export function readProviderConfig<Source extends SecretSource>(
  source: Source,
  provider: string,
  value: unknown,
): ReadProviderConfig<Source> {
  const parsed = parseProviderConfig(value);
  const name = printable(provider);
  if (!parsed.ok) {
    const rules = parsed.issues.map(({ path, rule }) => `${path.map(printable).join(".") || "it"} ${rule}`);
    return {
      ok: false,
      error: new SecretRefError("SECRET_PROVIDER_NOT_CONFIGURED", {
        source,
        provider,
        message: `provider "${name}": its configuration is not valid: ${rules.join("; ")}`,
        hint: `correct secrets.providers.${name}`,
      }),
    };
  }
  if (isOf(source, parsed.value)) return { ok: true, config: parsed.value };
  return {
    ok: false,
    error: new SecretRefError("SECRET_PROVIDER_SOURCE_MISMATCH", {
      source,
      provider,
      message: `provider "${name}" is of source "${parsed.value.source}", not "${source}"`,
    }),
  };
}

function isOf<Source extends SecretSource>(
  source: Source,
  config: ProviderConfig,
): config is Extract<ProviderConfig, { readonly source: Source }> {
  return config.source === source;
}
