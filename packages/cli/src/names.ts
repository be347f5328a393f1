import {
  canonicalProvider,
  isHeaderMarker,
  isKeyMarker,
  isModelsFileName,
  isSecretVariable,
  isSensitiveHeader,
  MODEL_PROVIDER_VARIABLES,
} from "@durar/durar-config";

/** What names mean in this product. */
export const names = {
  canonicalProvider,
  isHeaderMarker,
  isKeyMarker,
  isModelsFileName,
  isSecretVariable,
  isSensitiveHeader,
  providerVariable: (provider: string) =>
    Object.hasOwn(MODEL_PROVIDER_VARIABLES, provider) ? MODEL_PROVIDER_VARIABLES[provider]?.[0] : undefined,
};
