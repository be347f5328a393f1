import {
  isRecord,
  off,
  on,
  valueAt,
  type ActivationRule,
  type Activity,
  type Place,
} from "@durar/credential-surface";
import { defaultAgentId, listedAgents, type ListedAgent } from "./agents.ts";

type Use = (settings: unknown, defaults: unknown) => string | undefined;

/** Why memory search is not in use for an agent, or `undefined`. */
const memorySearch: Use = (settings, defaults) => {
  const own = valueAt(settings, ["memorySearch", "enabled"]);
  const enabled = own ?? valueAt(defaults, ["memorySearch", "enabled"]);
  return enabled === false ? "memorySearch.enabled is false" : undefined;
};

/** Why the ssh sandbox is not in use for an agent, or `undefined`. */
const sshSandbox: Use = (settings, defaults) => {
  const effective = (name: string, standard: string): string => {
    const value = valueAt(settings, ["sandbox", name]) ?? valueAt(defaults, ["sandbox", name]);
    return typeof value === "string" ? value.toLowerCase() : standard;
  };
  if (effective("backend", "docker") !== "ssh") return "its sandbox backend is not ssh";
  return effective("mode", "off") === "off" ? "its sandbox mode is off" : undefined;
};

/** A credential in an agent's own entry: in use when the agent is on and uses the feature. */
function ownCredential(use: Use): ActivationRule {
  return ({ path, store }, { config }): Activity => {
    const settings = valueAt(store.value, path.slice(0, 3));
    const id =
      isRecord(settings) && typeof settings["id"] === "string" ? settings["id"] : `number ${path[2]}`;
    if (isRecord(settings) && settings["enabled"] === false) return off(`agent ${id} is disabled`);
    const why = use(settings, valueAt(config, ["agents", "defaults"]));
    return why === undefined ? on(`agent ${id} uses it`) : off(`agent ${id}: ${why}`);
  };
}

/** A credential in `agents.defaults`: in use when an agent that is on uses the feature and has no own value for it. */
function inheritedCredential(use: Use): ActivationRule {
  return ({ path }: Place, { config }): Activity => {
    const defaults = valueAt(config, ["agents", "defaults"]);
    const agents = listedAgents(config);
    if (agents.length === 0) {
      const why = use(undefined, defaults);
      return why === undefined ? on(`agent ${defaultAgentId(config)} uses it`) : off(why);
    }
    const own = path.slice(2);
    const inherits = ({ settings, on: enabled }: ListedAgent): boolean => {
      const value = valueAt(settings, own);
      return enabled && (value === undefined || value === null) && use(settings, defaults) === undefined;
    };
    const heir = agents.find(inherits);
    return heir === undefined ? off("no enabled agent inherits it") : on(`agent ${heir.id} inherits it`);
  };
}

export const memorySearchAgent: ActivationRule = ownCredential(memorySearch);
export const memorySearchDefaults: ActivationRule = inheritedCredential(memorySearch);
export const sandboxSshAgent: ActivationRule = ownCredential(sshSandbox);
export const sandboxSshDefaults: ActivationRule = inheritedCredential(sshSandbox);
