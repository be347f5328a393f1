import { join } from "node:path";
import { isRecord } from "@durar/credential-surface";
import { expandHome, readSecretsConfig } from "@durar/secretref-schema";
import { findAgents, type AgentDirectory } from "./agent-directories.ts";
import type { Layout } from "./layout.ts";
import { listStores } from "./stores.ts";

/** Where the profiles of an agent's directory lie, whether the file exists or not. */
export function profilesIn({ directory }: Pick<AgentDirectory, "directory">): string {
  return join(directory, "auth-profiles.json");
}

/** Where an agent's profiles lie, whether the file exists or not; `undefined` for an agent nobody knows. */
export function profilesFile(layout: Layout, config: unknown, agentId: string): string | undefined {
  const agent = findAgents(layout, config).agents.find((one) => one.agentId === agentId);
  return agent && profilesIn(agent);
}

/**
 * Every file that a change over several stores may touch: the stores and the leftovers that exist, and those that such a
 * change may create. No other file belongs to this layout.
 */
export function storePaths(layout: Layout, config: unknown): readonly string[] {
  const listed = listStores(layout, config).filter(({ kind }) => kind !== "directory");
  const profiles = findAgents(layout, config).agents.map(profilesIn);
  const own = [layout.configFile, ...layout.environmentFiles];
  return [...new Set([...own, ...listed.map(({ path }) => path), ...profiles])];
}

/**
 * The files that file providers read. No change over several stores touches them; what was interrupted while it moved a
 * value to one may have left something beside it.
 */
export function secretFiles({ home }: Layout, config: unknown): readonly string[] {
  const { providers } = readSecretsConfig(isRecord(config) ? config["secrets"] : undefined).config;
  const paths = [...providers.values()].flatMap((provider) =>
    provider.source === "file" ? [expandHome(provider.path, home, {})] : [],
  );
  return [...new Set(paths.filter((path) => path !== undefined))];
}
