import {
  isOn,
  isRecord,
  off,
  on,
  valueAt,
  type ActivationRule,
  type Activity,
} from "@durar/credential-surface";
import { printable } from "@durar/secretref-schema";
import { agentDefaults, effectiveSetting, hasOwnSetting, type AgentSettings } from "./agent-settings.ts";
import { defaultAgentId, listedAgents } from "./agents.ts";
import { refuseSshSandbox } from "./ssh-sandbox.ts";

/** Why an agent with these settings does not use a feature, or `undefined` where it does. */
type Refusal = (settings: AgentSettings) => string | undefined;

const memorySearch: Refusal = (settings) =>
  effectiveSetting(settings, ["memorySearch", "enabled"]) === false
    ? "memorySearch.enabled is false"
    : undefined;

/** A credential in an agent's own entry: in use when the agent is on and uses the feature. */
function ownCredential(refusal: Refusal): ActivationRule {
  return ({ path, store }, { config }): Activity => {
    const settings = valueAt(store.value, path.slice(0, 3));
    const id = isRecord(settings) ? settings["id"] : undefined;
    const name = printable(typeof id === "string" ? id : `number ${path[2]}`);
    if (!isOn(settings)) return off(`agent ${name} is disabled`);
    const why = refusal({ own: settings, defaults: agentDefaults(config) });
    return why === undefined ? on(`agent ${name} uses it`) : off(`agent ${name}: ${why}`);
  };
}

/** A credential in `agents.defaults`: in use when an agent that is on uses the feature and has no own value for it. */
function inheritedCredential(refusal: Refusal): ActivationRule {
  return ({ path }, { config }): Activity => {
    const defaults = agentDefaults(config);
    const agents = listedAgents(config);
    if (agents.length === 0) {
      const why = refusal({ own: undefined, defaults });
      return why === undefined ? on(`agent ${defaultAgentId(config)} uses it`) : off(why);
    }
    const field = path.slice(2);
    const heir = agents.find(
      ({ settings, on: enabled }) =>
        enabled && !hasOwnSetting(settings, field) && refusal({ own: settings, defaults }) === undefined,
    );
    return heir === undefined
      ? off("no enabled agent inherits it")
      : on(`agent ${printable(heir.id)} inherits it`);
  };
}

export const memorySearchAgent: ActivationRule = ownCredential(memorySearch);
export const memorySearchDefaults: ActivationRule = inheritedCredential(memorySearch);
export const sandboxSshAgent: ActivationRule = ownCredential(refuseSshSandbox);
export const sandboxSshDefaults: ActivationRule = inheritedCredential(refuseSshSandbox);
