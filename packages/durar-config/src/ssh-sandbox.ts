import type { Path } from "@durar/credential-surface";
import { printable } from "@durar/secretref-schema";
import { agentDefaults, effectiveSetting, hasOwnSetting, type AgentSettings } from "./agent-settings.ts";
import { defaultAgentId, listedAgents, type ListedAgent } from "./agents.ts";

/** What the credentials of an ssh sandbox are called in its `ssh` object. */
export const SSH_MATERIAL = Object.freeze(["identityData", "certificateData", "knownHostsData"] as const);

/** One of {@link SSH_MATERIAL}. */
export type SshMaterial = (typeof SSH_MATERIAL)[number];

/** How an agent's sandbox is reached over ssh. */
export interface SshSandbox {
  readonly agentId: string;
  /** Where to, as written: its own, else the defaults'. */
  readonly target: string | undefined;
  /** Where in the config each credential stands that this agent goes by: in its own entry, else in the defaults. */
  readonly material: Readonly<Record<SshMaterial, Path>>;
}

/** The ssh sandbox of an agent, or why it has none. */
export type SshSandboxAnswer =
  | { readonly kind: "ssh"; readonly sandbox: SshSandbox }
  | { readonly kind: "unknown" | "off" | "other-backend"; readonly reason: string };

/** Why an agent's sandbox is not one over ssh, or `undefined` where it is. */
export function refuseSshSandbox(settings: AgentSettings): string | undefined {
  const backend = effectiveSetting(settings, ["sandbox", "backend"]) ?? "docker";
  const mode = effectiveSetting(settings, ["sandbox", "mode"]) ?? "off";
  if (typeof backend !== "string" || backend.toLowerCase() !== "ssh") return "its sandbox backend is not ssh";
  return mode === "off" ? "its sandbox mode is off" : undefined;
}

/**
 * The ssh sandbox of an agent, as activation sees it: where agents are listed, of one of those that are on; else of the
 * default agent.
 */
export function sshSandboxOf(config: unknown, agentId: string): SshSandboxAnswer {
  const name = `agent ${printable(agentId)}`;
  const agents = listedAgents(config);
  const agent = agents.find(({ id }) => id === agentId);
  if (agent === undefined && (agents.length > 0 || agentId !== defaultAgentId(config)))
    return { kind: "unknown", reason: "there is no agent of this id" };
  if (agent?.on === false) return { kind: "off", reason: `${name} is disabled` };
  const settings = { own: agent?.settings, defaults: agentDefaults(config) };
  const why = refuseSshSandbox(settings);
  if (why !== undefined) return { kind: "other-backend", reason: `${name}: ${why}` };
  return { kind: "ssh", sandbox: sandboxOf(agentId, agent, settings) };
}

/** Every ssh sandbox that is in use. */
export function sshSandboxes(config: unknown): readonly SshSandbox[] {
  const defaults = agentDefaults(config);
  const agents = listedAgents(config);
  const users =
    agents.length === 0
      ? [{ id: defaultAgentId(config), agent: undefined }]
      : agents.filter(({ on }) => on).map((agent) => ({ id: agent.id, agent }));
  return users.flatMap(({ id, agent }) => {
    const settings = { own: agent?.settings, defaults };
    return refuseSshSandbox(settings) === undefined ? [sandboxOf(id, agent, settings)] : [];
  });
}

function sandboxOf(agentId: string, agent: ListedAgent | undefined, settings: AgentSettings): SshSandbox {
  const target = effectiveSetting(settings, ["sandbox", "ssh", "target"]);
  const at = (material: SshMaterial): Path => {
    const field = ["sandbox", "ssh", material];
    return agent !== undefined && hasOwnSetting(agent.settings, field)
      ? [...agent.path, ...field]
      : ["agents", "defaults", ...field];
  };
  return {
    agentId,
    target: typeof target === "string" ? target : undefined,
    material: {
      identityData: at("identityData"),
      certificateData: at("certificateData"),
      knownHostsData: at("knownHostsData"),
    },
  };
}
