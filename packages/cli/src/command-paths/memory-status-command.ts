import { isRecord, valueAt } from "@durar/credential-surface";
import { defaultAgentId, listedAgents } from "@durar/durar-config";
import { printable } from "@durar/secretref-schema";
import type { Paint } from "@durar/audit";
import { openCommandPath } from "./open-command-path.ts";
import { requireTargets } from "./require-targets.ts";
import { contextDocument, contextLines, problemLines, targetLines } from "./target-lines.ts";
import type { TargetReport } from "./types.ts";
import { jsonDocument, painter, type CommandResult, type Surroundings } from "../console.ts";
import { counted } from "../counted.ts";
import type { GivenFlags, outputFlags } from "../command-line/flags.ts";
import type { GatewayFlags } from "../gateway/gateway-connection.ts";
import { shownUrl } from "./shown-url.ts";

/** The flags of `durar memory status`. */
export type MemoryStatusFlags = GatewayFlags & GivenFlags<typeof outputFlags>;

/** A setting, and whether the agent has it itself. */
interface Setting {
  readonly value: string;
  readonly from: "agent" | "defaults";
}

/** The memory search that an agent uses. */
interface AgentMemory {
  readonly agentId: string;
  /** Whether the agent is on and searches its memory. */
  readonly on: boolean;
  readonly provider?: Setting | undefined;
  readonly model?: Setting | undefined;
  readonly baseUrl?: Setting | undefined;
  readonly key?: TargetReport | undefined;
}

const defaultsPath = ["agents", "defaults"];
const keyPath = ["memorySearch", "remote", "apiKey"];

/** `durar memory status`: 0; 2 where a key that is in use is not available, 69 where it needs a gateway and none is there. */
export async function memoryStatusCommand(
  flags: MemoryStatusFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { inputs, connection } = await openCommandPath(flags, surroundings);
  const targetIds = inputs.surface.targets.flatMap(({ id }) =>
    id.endsWith(`.${keyPath.join(".")}`) ? [id] : [],
  );
  const report = await requireTargets(
    { commandName: "durar memory status", targetIds, connection, inputs },
    (part) => part.startsWith("agents."),
    surroundings,
  );
  const agents = agentsOf(inputs.config, report.targets);
  const exitCode = 0;
  if (flags.json === true)
    return {
      exitCode,
      stdout: jsonDocument({ ok: true, ...contextDocument(report), problems: inputs.problems, agents }),
      stderr: "",
    };
  const paint = painter(surroundings, flags["no-color"] !== true);
  const summary = `${counted(agents.length, "agent")}, ${agents.filter(({ on }) => on).length} with memory search\n`;
  if (flags.quiet === true) return { exitCode, stdout: summary, stderr: "" };
  const stdout = [
    summary,
    contextLines(report, paint),
    problemLines(inputs.problems),
    ...agents.map((agent) => agentLines(agent, paint)),
  ].join("");
  return { exitCode, stdout, stderr: "" };
}

function agentsOf(config: unknown, targets: readonly TargetReport[]): readonly AgentMemory[] {
  const defaults = valueAt(config, defaultsPath);
  const listed = listedAgents(config);
  const list = valueAt(config, ["agents", "list"]);
  const agents = listed.length > 0 ? listed : [{ id: defaultAgentId(config), settings: undefined, on: true }];
  return agents.map(({ id, settings, on }): AgentMemory => {
    const setting = (...path: string[]): Setting | undefined => {
      const own = valueAt(settings, ["memorySearch", ...path]);
      const value = own ?? valueAt(defaults, ["memorySearch", ...path]);
      if (typeof value !== "string" || value.trim() === "") return undefined;
      return { value, from: own === undefined || own === null ? "defaults" : "agent" };
    };
    const enabled =
      valueAt(settings, ["memorySearch", "enabled"]) ?? valueAt(defaults, ["memorySearch", "enabled"]);
    const hasOwn = (valueAt(settings, keyPath) ?? undefined) !== undefined;
    const index = Array.isArray(list) ? list.findIndex((entry) => isRecord(entry) && entry["id"] === id) : -1;
    const path = [...(hasOwn ? ["agents", "list", String(index)] : defaultsPath), ...keyPath].join(".");
    const baseUrl = setting("remote", "baseUrl");
    return {
      agentId: id,
      on: on && enabled !== false,
      provider: setting("provider"),
      model: setting("model"),
      baseUrl: baseUrl && { ...baseUrl, value: shownUrl(baseUrl.value) },
      key: targets.find((target) => target.path === path),
    };
  });
}

function agentLines({ agentId, on, provider, model, baseUrl, key }: AgentMemory, paint: Paint): string {
  const line = (name: string, setting: Setting | undefined): string =>
    `  ${name.padEnd(9)}${setting === undefined ? paint("dim", "not set") : `${printable(setting.value)} (${setting.from})`}\n`;
  const state = on ? paint("green", "on") : paint("dim", "off");
  return [
    `${paint("bold", printable(agentId))}: ${state}\n`,
    ...[line("provider", provider), line("model", model), line("baseUrl", baseUrl)],
    key === undefined ? `  ${"key".padEnd(9)}${paint("dim", "not set")}\n` : targetLines(key, paint),
  ].join("");
}
