import type { ApplyPlace } from "@durar/apply";
import {
  createDurarSurface,
  credentialVariables,
  mergeEnvironment,
  NAME_RULES,
  profilesFile,
  validateConfig,
} from "@durar/durar-config";
import type { Surroundings } from "../console.ts";
import type { Installation } from "../installation.ts";
import { createProviders } from "../gateway/providers.ts";

/** What plans are made for and applied to: an installation, and what its files mean. */
export function applyPlace(
  { layout, stores, config }: Installation,
  { environment }: Surroundings,
): ApplyPlace {
  return {
    stores,
    surface: createDurarSurface(layout),
    providers: createProviders(),
    environmentFiles: layout.environmentFiles,
    mergeEnvironment: (files) => mergeEnvironment(environment, files),
    profilesFile: (agentId) => profilesFile(layout, config, agentId),
    names: NAME_RULES,
    variablesOf: (field) => credentialVariables(field, layout),
    validateConfig,
  };
}
