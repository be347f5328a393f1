import {
  CHANNEL_VARIABLES,
  MODEL_PROVIDER_VARIABLES,
  MODELS_FILE_NAMES,
  NON_SECRET_MARKERS,
  PROVIDER_ALIASES,
  SECRET_NAME_SUFFIXES,
  SENSITIVE_HEADERS,
} from "./known-names.ts";

const knownVariables: ReadonlySet<string> = new Set(
  [...Object.values(MODEL_PROVIDER_VARIABLES), ...Object.values(CHANNEL_VARIABLES)].flat(),
);
const modelsFileNames: ReadonlySet<string> = new Set([...knownVariables, ...MODELS_FILE_NAMES]);

/** Whether a variable of this name holds a secret: a known name, or one with a telling suffix. */
export function isSecretVariable(name: string): boolean {
  return knownVariables.has(name) || SECRET_NAME_SUFFIXES.some((suffix) => name.endsWith(suffix));
}

/** Whether a header of this name carries a credential. Case does not count. */
export function isSensitiveHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    SENSITIVE_HEADERS.exact.includes(lower) ||
    SENSITIVE_HEADERS.fragments.some((part) => lower.includes(part))
  );
}

/** Whether a value that stands where an API key would is a marker and no secret. */
export function isKeyMarker(value: string): boolean {
  const { apiKey, apiKeyPrefixes } = NON_SECRET_MARKERS;
  return apiKey.includes(value) || apiKeyPrefixes.some((prefix) => value.startsWith(prefix));
}

/** Whether a header's value is a marker and no secret. */
export function isHeaderMarker(value: string): boolean {
  const { headers, headerPrefixes } = NON_SECRET_MARKERS;
  return headers.includes(value) || headerPrefixes.some((prefix) => value.startsWith(prefix));
}

/** Whether a generated models file means this name of a variable, not a key. */
export function isModelsFileName(value: string): boolean {
  return modelsFileNames.has(value);
}

/** A model provider's name in its usual spelling. */
export function canonicalProvider(name: string): string {
  const lower = name.trim().toLowerCase();
  return Object.hasOwn(PROVIDER_ALIASES, lower) ? (PROVIDER_ALIASES[lower] ?? lower) : lower;
}

/** The usual variable for a model provider's key, by the provider's canonical name; `undefined` where none is known. */
export function providerVariable(provider: string): string | undefined {
  return Object.hasOwn(MODEL_PROVIDER_VARIABLES, provider)
    ? MODEL_PROVIDER_VARIABLES[provider]?.[0]
    : undefined;
}

/** Every rule of this file in one object, as the audit takes them. */
export const NAME_RULES = Object.freeze({
  isSecretVariable,
  isSensitiveHeader,
  isKeyMarker,
  isHeaderMarker,
  isModelsFileName,
  canonicalProvider,
  providerVariable,
});
