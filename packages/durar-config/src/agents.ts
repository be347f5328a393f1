import { isOn, isRecord, off, on, valueAt, type Activity, type Path } from "@durar/credential-surface";
import { printable } from "@durar/secretref-schema";

/** The agent whose store the others inherit; it exists without being listed. */
export const MAIN_AGENT = "main";

/** Whether an agent's id can name its directory. */
export function isAgentName(id: string): boolean {
  return id !== "." && id !== ".." && !/[/\\\0]/.test(id);
}

/** An entry of `agents.list[]`. */
export interface ListedAgent {
  readonly id: string;
  /** Where its entry stands in the config. */
  readonly path: Path;
  /** Its own object in the config. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The directory of its stores, as written. */
  readonly agentDir: string | undefined;
  readonly on: boolean;
}

/** The well-formed entries of `agents.list[]`, in order. */
export function listedAgents(config: unknown): readonly ListedAgent[] {
  const list = valueAt(config, ["agents", "list"]);
  return (Array.isArray(list) ? (list as unknown[]) : []).flatMap((settings, index) => {
    if (!isRecord(settings) || typeof settings["id"] !== "string" || settings["id"] === "") return [];
    const agentDir = typeof settings["agentDir"] === "string" ? settings["agentDir"] : undefined;
    const path = ["agents", "list", String(index)];
    return [{ id: settings["id"], path, settings, agentDir, on: isOn(settings) }];
  });
}

/** The agent in use where none is named: the entry with `default: true`, else the first listed, else `main`. */
export function defaultAgentId(config: unknown): string {
  const agents = listedAgents(config);
  return (agents.find(({ settings }) => settings["default"] === true) ?? agents[0])?.id ?? MAIN_AGENT;
}

/** Whether an agent is on. Where agents are listed, one that is neither listed nor `main` is off. */
export function agentActivity(config: unknown, agentId: string): Activity {
  return activityAmong(listedAgents(config))(agentId);
}

/** Whether an agent is on, for asking about many: the list is walked once. */
export function activityAmong(agents: readonly ListedAgent[]): (agentId: string) => Activity {
  // Of entries that repeat an id, which is an error, the first counts.
  const listed = new Map([...agents].reverse().map((agent) => [agent.id, agent]));
  return (agentId) => {
    const agent = listed.get(agentId);
    const name = `agent ${printable(agentId)}`;
    if (agent !== undefined) return agent.on ? on(`${name} is enabled`) : off(`${name} is disabled`);
    if (listed.size === 0) return on("no agents are listed, so every agent is on");
    return agentId === MAIN_AGENT ? on("the other agents inherit from main") : off(`${name} is not listed`);
  };
}
