import { isDeepStrictEqual } from "node:util";
import type { JsonValue } from "@durar/config-document";
import { isRecord } from "@durar/credential-surface";
import type { ProviderConfigInput, SecretsPlan } from "@durar/secretref-schema";
import type { DocumentDraft } from "../drafts/document-draft.ts";
import { MASK } from "../drafts/shown-value.ts";

/**
 * Makes the providers of a configuration those that a plan wants. Of a provider that is there already, only the settings
 * that differ are touched, so that what is written beside the others stays.
 */
export function editProviders(
  { providerUpserts = {}, providerDeletes = [] }: Pick<SecretsPlan, "providerUpserts" | "providerDeletes">,
  config: DocumentDraft,
): void {
  for (const [alias, wanted] of Object.entries(providerUpserts)) upsert(config, alias, wanted);
  for (const alias of providerDeletes) {
    const path = ["secrets", "providers", alias];
    if (config.at(path) !== undefined) config.remove(path, "remove-provider");
  }
}

function upsert(config: DocumentDraft, alias: string, wanted: ProviderConfigInput): void {
  const path = ["secrets", "providers", alias];
  const present = config.at(path);
  if (isDeepStrictEqual(present, wanted)) return;
  if (!isRecord(present)) return config.set(path, plain(wanted), "set-provider", wanted.source);
  const settings = Object.entries(wanted);
  for (const [name, value] of settings)
    if (!isDeepStrictEqual(present[name], value))
      config.set(
        [...path, name],
        plain(value),
        "set-provider",
        shownSetting(name, value),
        shownSetting(name, present[name]),
      );
  for (const name of Object.keys(present))
    if (!Object.hasOwn(wanted, name))
      config.remove([...path, name], "set-provider", shownSetting(name, present[name]));
}

/** What a setting is shown as: whole, but for those in which people put tokens. */
function shownSetting(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return name === "env" || name === "args" ? MASK : JSON.stringify(value);
}

/** A plan is read from JSON, so it holds nothing else. */
function plain(value: unknown): JsonValue {
  return value as JsonValue;
}
