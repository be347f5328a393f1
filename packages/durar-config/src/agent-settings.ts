import { valueAt, type Path } from "@durar/credential-surface";

/** What an agent goes by: its own settings, and those of all agents. */
export interface AgentSettings {
  /** The agent's own object in the config; `undefined` where it is not listed. */
  readonly own: unknown;
  /** `agents.defaults`. */
  readonly defaults: unknown;
}

/** A setting of an agent: its own where it is set, else the defaults'. */
export function effectiveSetting({ own, defaults }: AgentSettings, path: Path): unknown {
  return valueAt(own, path) ?? valueAt(defaults, path);
}

/** Whether an agent has a setting of its own, so that it inherits none. */
export function hasOwnSetting(own: unknown, path: Path): boolean {
  const value = valueAt(own, path);
  return value !== undefined && value !== null;
}

/** The settings of all agents. */
export function agentDefaults(config: unknown): unknown {
  return valueAt(config, ["agents", "defaults"]);
}
