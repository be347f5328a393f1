import type { NameRules } from "./types.ts";

const plain: NameRules = {
  isSecretVariable: () => false,
  isSensitiveHeader: () => true,
  isKeyMarker: () => false,
  isHeaderMarker: () => false,
  isModelsFileName: () => false,
  canonicalProvider: (name) => name,
  providerVariable: () => undefined,
};

/** A product's rules, completed by those under which nothing is special. */
export function nameRules(rules: Partial<NameRules> = {}): NameRules {
  return { ...plain, ...rules };
}
