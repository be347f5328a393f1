import { valueAt } from "@durar/credential-surface";
import { agentDirectories, profilesIn, type Layout } from "@durar/durar-config";
import { expandHome, readSecretsConfig } from "@durar/secretref-schema";

/** Every path whose change may change a secret: the configuration, the `.env` files, the stores and the providers' files. */
export function watchedPaths(layout: Layout, config: unknown): readonly string[] {
  const { config: secrets } = readSecretsConfig(valueAt(config, ["secrets"]));
  const files = [...secrets.providers.values()].flatMap((provider) =>
    provider.source === "file" ? [expandHome(provider.path, layout.home, {}) ?? provider.path] : [],
  );
  return [
    layout.configFile,
    ...layout.environmentFiles,
    // Its own time changes when an agent's directory comes or goes.
    layout.agentsDirectory,
    ...agentDirectories(layout, config).map(profilesIn),
    ...files,
  ];
}
