import type { Paint } from "@durar/audit";
import type { McpServerReport } from "@durar/gateway-client";
import { printable } from "@durar/secretref-schema";
import { jsonDocument, painter, type CommandResult, type Surroundings } from "../console.ts";
import { counted } from "../counted.ts";
import type { GivenFlags, outputFlags } from "../command-line/flags.ts";
import { connectGateway, type GatewayFlags } from "../gateway/gateway-connection.ts";

/** The flags of `durar mcp list`. */
export type McpListFlags = GatewayFlags & GivenFlags<typeof outputFlags>;

/** `durar mcp list`: 0 none failed, 1 some did, 69 no gateway. */
export async function mcpListCommand(
  flags: McpListFlags,
  server: string | undefined,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { client } = await connectGateway(flags, surroundings);
  const { signal } = surroundings;
  const report = await client.call("mcp.listTools", server === undefined ? {} : { server }, { signal });
  const { servers } = report;
  const exitCode = servers.some(({ state }) => state === "failed") ? 1 : 0;
  if (flags.json === true) return { exitCode, stdout: jsonDocument(report), stderr: "" };
  const running = servers.filter(({ state }) => state === "running").length;
  const summary =
    servers.length === 0
      ? "no MCP server is in use: none is configured, or the plugin acpx is off\n"
      : `${counted(servers.length, "MCP server")}, ${running} running\n`;
  const paint = painter(surroundings, flags["no-color"] !== true);
  const stdout = flags.quiet === true ? summary : summary + servers.map((one) => lines(one, paint)).join("");
  return { exitCode, stdout, stderr: "" };
}

const STYLES = { running: "green", starting: "yellow", failed: "red" } as const;

function lines({ server, state, pid, failure, nextAttemptAt, tools }: McpServerReport, paint: Paint): string {
  const about = [
    ...(pid === undefined ? [] : [`pid ${pid}`]),
    ...(state === "running" ? [counted(tools.length, "tool")] : []),
    ...(nextAttemptAt === undefined ? [] : [`next attempt at ${printable(nextAttemptAt)}`]),
  ];
  const said =
    failure === undefined
      ? ""
      : `  ${printable(failure.message)} [${printable(failure.code)}]\n    -> ${printable(failure.hint)}\n`;
  return [
    `${printable(server)}: ${[paint(STYLES[state], state), ...about].join(", ")}\n`,
    said,
    ...tools.map(({ name, title, description }) => `  ${printable(name)}${purpose(title, description)}\n`),
  ].join("");
}

/** One line of what a tool says of itself. */
function purpose(title: unknown, description: unknown): string {
  const text = [title, description].find((one) => typeof one === "string" && one.trim() !== "");
  if (typeof text !== "string") return "";
  const [line = ""] = text.trim().split(/\r?\n/);
  return `: ${printable(line.length > 100 ? `${line.slice(0, 99)}…` : line)}`;
}
