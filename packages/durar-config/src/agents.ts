import { isRecord, off, on, valueAt, type Activity } from "@durar/credential-surface";

/** The agent whose store the others inherit; it exists without being listed. */
export const MAIN_AGENT = "main";

/** An entry of `agents.list[]`. */
export interface ListedAgent {
  readonly id: string;
  /** Its own object in the config. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The directory of its stores, as written. */
  readonly agentDir: string | undefined;
  readonly on: boolean;
}

/** The well-formed entries of `agents.list[]`, in order. */
export function listedAgents(config: unknown): readonly ListedAgent[] {
  const list = valueAt(config, ["agents", "list"]);
  return (Array.isArray(list) ? (list as unknown[]) : []).flatMap((settings) => {
    if (!isRecord(settings) || typeof settings["id"] !== "string" || settings["id"] === "") return [];
    const agentDir = typeof settings["agentDir"] === "string" ? settings["agentDir"] : undefined;
    return [{ id: settings["id"], settings, agentDir, on: settings["enabled"] !== false }];
  });
}

/** The agent in use where none is named: the entry with `default: true`, else the first listed, else `main`. */
export function defaultAgentId(config: unknown): string {
  const agents = listedAgents(config);
  return (agents.find(({ settings }) => settings["default"] === true) ?? agents[0])?.id ?? MAIN_AGENT;
}

/** Whether an agent is on. Where agents are listed, one that is neither listed nor `main` is off. */
export function agentActivity(config: unknown, agentId: string): Activity {
  const agents = listedAgents(config);
  const listed = agents.find(({ id }) => id === agentId);
  if (listed !== undefined)
    return listed.on ? on(`agent ${agentId} is enabled`) : off(`agent ${agentId} is disabled`);
  if (agents.length === 0) return on("no agents are listed, so every agent is on");
  return agentId === MAIN_AGENT
    ? on("the other agents inherit from main")
    : off(`agent ${agentId} is not listed`);
}
