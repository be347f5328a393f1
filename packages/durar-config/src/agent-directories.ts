import { realpathSync, statSync, type Dirent } from "node:fs";
import { join, resolve } from "node:path";
import { activityAmong, isAgentName, listedAgents, MAIN_AGENT } from "./agents.ts";
import type { Layout } from "./layout.ts";
import { listDirectory } from "./list-directory.ts";

/** An agent and the directory of its stores. */
export interface AgentDirectory {
  readonly agentId: string;
  readonly directory: string;
}

/**
 * Every agent's directory, each real directory once: the listed agents', `main`'s, and every one that lies in the
 * agents directory. Of agents that share a directory, the first that is on stands for them.
 */
export function agentDirectories(layout: Layout, config: unknown): readonly AgentDirectory[] {
  return findAgents(layout, config).agents;
}

/** Every agent's directory, and why there may be more: the agents directory's problem. */
export function findAgents(
  layout: Layout,
  config: unknown,
): { readonly agents: readonly AgentDirectory[]; readonly problem: string | undefined } {
  const agents = listedAgents(config);
  const directories = new Map<string, string>();
  const add = (agentId: string, agentDir?: string): void => {
    const directory =
      agentDir === undefined ? standardDirectory(layout, agentId) : ownDirectory(layout, agentDir);
    if (directory !== undefined && !directories.has(agentId)) directories.set(agentId, directory);
  };
  for (const { id, agentDir } of agents) add(id, agentDir);
  add(MAIN_AGENT);
  const { entries, problem } = listDirectory(layout.agentsDirectory);
  for (const entry of entries) if (isDirectory(layout.agentsDirectory, entry)) add(entry.name);

  const activityOf = activityAmong(agents);
  const byRealPath = new Map<string, AgentDirectory>();
  for (const [agentId, directory] of directories) {
    const real = realPath(directory);
    const other = byRealPath.get(real);
    if (other === undefined || (!activityOf(other.agentId).active && activityOf(agentId).active))
      byRealPath.set(real, { agentId, directory });
  }
  return { agents: [...byRealPath.values()], problem };
}

/** Where an agent's stores lie; nowhere for an id that is no name of a directory. */
function standardDirectory({ agentsDirectory }: Layout, agentId: string): string | undefined {
  return isAgentName(agentId) ? join(agentsDirectory, agentId, "agent") : undefined;
}

/** `~/` is the home directory; a relative path starts at the state directory. */
function ownDirectory({ home, stateDirectory }: Layout, agentDir: string): string {
  return agentDir.startsWith("~/") ? join(home, agentDir.slice(2)) : resolve(stateDirectory, agentDir);
}

function isDirectory(parent: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(join(parent, entry.name)).isDirectory();
  } catch {
    return false;
  }
}

/** The path with all links followed; the path itself where it leads nowhere. */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
