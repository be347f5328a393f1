import type { SurfaceStore } from "@durar/credential-surface";
import { agentActivity, findAgents, mergeEnvironment, profilesIn, type Layout } from "@durar/durar-config";
import type { DurarError, Environment } from "@durar/secretref-schema";
import type { Inputs } from "@durar/snapshot";
import { readProfiles, readVariables, unreadable } from "./read-store.ts";

/**
 * What an activation of a configuration starts from: the configuration itself, every agent's profiles, and the
 * process's environment with what the `.env` files add to it, as they are now.
 *
 * @param environment the process's own
 * @throws AggregateError of one `CONFIG_INVALID` for each file that is there and cannot be read; profiles of an agent
 * that is off are passed over
 */
export function loadInputs(layout: Layout, environment: Environment, config: unknown): Inputs {
  const problems: DurarError[] = [];
  const stores: SurfaceStore[] = [{ kind: "config", value: config }];
  const { agents, problem: unlisted } = findAgents(layout, config);
  // Agents that nobody can see would be lost without a word.
  if (unlisted !== undefined) problems.push(unreadable(layout.agentsDirectory, unlisted));
  for (const agent of agents) {
    const { agentId } = agent;
    const activity = agentActivity(config, agentId);
    const { value, problem } = readProfiles(profilesIn(agent));
    if (value !== undefined) stores.push({ kind: "auth-profiles", agentId, value, activity });
    if (problem !== undefined && activity.active) problems.push(problem);
  }

  const files = layout.environmentFiles.map(readVariables);
  // Without a file that is there, a variable could fall back to another one's credential.
  for (const { problem } of files) if (problem !== undefined) problems.push(problem);
  if (problems.length > 0) throw new AggregateError(problems);
  return {
    stores,
    environment: mergeEnvironment(
      environment,
      files.map(({ value = {} }) => value),
    ),
  };
}
