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
import { defaultAgentId, listedAgents } from "./agents.ts";

/** Why an agent with these settings does not use a feature, or `undefined` where it does. */
type Refusal = (settings: unknown, defaults: unknown) => string | undefined;

/** A setting of the agent: its own where it is set, else the defaults'. */
function effective(settings: unknown, defaults: unknown, path: readonly string[]): unknown {
  return valueAt(settings, path) ?? valueAt(defaults, path);
}

const memorySearch: Refusal = (settings, defaults) =>
  effective(settings, defaults, ["memorySearch", "enabled"]) === false
    ? "memorySearch.enabled is false"
    : undefined;

const sshSandbox: Refusal = (settings, defaults) => {
  const backend = effective(settings, defaults, ["sandbox", "backend"]) ?? "docker";
  const mode = effective(settings, defaults, ["sandbox", "mode"]) ?? "off";
  if (typeof backend !== "string" || backend.toLowerCase() !== "ssh") return "its sandbox backend is not ssh";
  return mode === "off" ? "its sandbox mode is off" : undefined;
};

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** A credential in an agent's own entry: in use when the agent is on and uses the feature. */
function ownCredential(refusal: Refusal): ActivationRule {
  return ({ path, store }, { config }): Activity => {
    const settings = valueAt(store.value, path.slice(0, 3));
    const id = isRecord(settings) ? settings["id"] : undefined;
    const name = printable(typeof id === "string" ? id : `number ${path[2]}`);
    if (!isOn(settings)) return off(`agent ${name} is disabled`);
    const why = refusal(settings, valueAt(config, ["agents", "defaults"]));
    return why === undefined ? on(`agent ${name} uses it`) : off(`agent ${name}: ${why}`);
  };
}

/** A credential in `agents.defaults`: in use when an agent that is on uses the feature and has no own value for it. */
function inheritedCredential(refusal: Refusal): ActivationRule {
  return ({ path }, { config }): Activity => {
    const defaults = valueAt(config, ["agents", "defaults"]);
    const agents = listedAgents(config);
    if (agents.length === 0) {
      const why = refusal(undefined, defaults);
      return why === undefined ? on(`agent ${defaultAgentId(config)} uses it`) : off(why);
    }
    const field = path.slice(2);
    const heir = agents.find(
      ({ settings, on: enabled }) =>
        enabled && isAbsent(valueAt(settings, field)) && refusal(settings, defaults) === undefined,
    );
    return heir === undefined
      ? off("no enabled agent inherits it")
      : on(`agent ${printable(heir.id)} inherits it`);
  };
}

export const memorySearchAgent: ActivationRule = ownCredential(memorySearch);
export const memorySearchDefaults: ActivationRule = inheritedCredential(memorySearch);
export const sandboxSshAgent: ActivationRule = ownCredential(sshSandbox);
export const sandboxSshDefaults: ActivationRule = inheritedCredential(sshSandbox);
