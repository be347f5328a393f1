import { readJsonValue } from "@durar/config-document";
import { isRecord } from "@durar/credential-surface";
import type { McpToolResult } from "@durar/gateway-client";
import { printable } from "@durar/secretref-schema";
import { CommandError } from "../command-error.ts";
import { jsonDocument, type CommandResult, type Surroundings } from "../console.ts";
import type { GivenFlags, mcpCallFlags, outputFlags } from "../command-line/flags.ts";
import { connectGateway, DEFAULT_TIMEOUT_MS, type GatewayFlags } from "../gateway/gateway-connection.ts";
import { readInput } from "../read-input.ts";

/** The flags of `durar mcp call`. */
export type McpCallFlags = GatewayFlags & GivenFlags<typeof mcpCallFlags & typeof outputFlags>;

/** What the gateway allows a call at most, in milliseconds. */
const LONGEST_CALL_MS = 600_000;

/** How much longer the gateway has to say that the server did not answer, in milliseconds. */
const ANSWER_MS = 5_000;

/** `durar mcp call`: 0 what the tool answers, 1 the tool or the call failed, 69 no gateway. */
export async function mcpCallCommand(
  flags: McpCallFlags,
  { server, tool }: { readonly server: string; readonly tool: string },
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { "arguments-file": file, "token-file": tokenFile } = flags;
  if (file === "-" && tokenFile === "-")
    throw new CommandError("USAGE", "standard input can be read once", "give all flags but one a file");
  const { client } = await connectGateway(flags, surroundings);
  const args = file === undefined ? {} : argumentsIn(await readInput("arguments-file", file, surroundings));
  const timeoutMs = Math.min(Number(flags.timeout ?? DEFAULT_TIMEOUT_MS), LONGEST_CALL_MS);
  const result = await client.call(
    "mcp.callTool",
    { server, tool, arguments: args, timeoutMs },
    { signal: surroundings.signal, timeoutMs: timeoutMs + ANSWER_MS },
  );
  const exitCode = result.isError === true ? 1 : 0;
  if (flags.json === true) return { exitCode, stdout: jsonDocument(result), stderr: "" };
  const text = result.content.map(contentText).join("");
  return exitCode === 0 ? { exitCode, stdout: text, stderr: "" } : { exitCode, stdout: "", stderr: text };
}

function argumentsIn(text: string): Readonly<Record<string, unknown>> {
  const parsed = readJsonValue(text);
  if (parsed.ok && isRecord(parsed.value)) return parsed.value;
  const problem = parsed.ok ? "they are no JSON object" : `they are no JSON: ${parsed.error.message}`;
  throw new CommandError(
    "FILE_UNREADABLE",
    `the arguments cannot be used: ${problem}`,
    'write {"name": value}',
  );
}

/** Text as it is, but for what a terminal would obey; of anything else, what it is. */
function contentText(content: McpToolResult["content"][number]): string {
  if (!isRecord(content)) return "";
  const { type, text, mimeType } = content;
  if (type === "text" && typeof text === "string")
    return `${text.split("\n").map(printableLine).join("\n").trimEnd()}\n`;
  const kind = [type, mimeType].filter((one) => typeof one === "string").join(", ");
  return `[${printable(kind)}: see --json]\n`;
}

function printableLine(line: string): string {
  return line.replace(/\r$/, "").split("\t").map(printable).join("\t");
}
