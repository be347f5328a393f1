import type { Command } from "../command-line/command.ts";
import { agentFlags, installationFlags, mcpCallFlags, outputFlags } from "../command-line/flags.ts";
import { everywhere, gatewaySections } from "./sections.ts";

const memoryStatus: Command = {
  words: ["memory", "status"],
  summary: "show the memory search that each agent uses",
  details:
    "An agent's own settings come before the defaults. Keys come from the running gateway alone and are never shown: exits 2 when one that is in use is not available, and 69 when one needs a gateway and none is there.",
  sections: gatewaySections,
  examples: [["durar memory status", "provider, model, URL and key of each agent"]],
  run: async ({ flags }, surroundings) => {
    const { memoryStatusCommand } = await import("../command-paths/memory-status-command.ts");
    return memoryStatusCommand(flags, surroundings);
  },
};

const mcpList: Command = {
  words: ["mcp", "list"],
  summary: "show the gateway's MCP servers and their tools",
  details:
    "Waits a few seconds for servers that are starting. Exits 1 when one of them failed, and says why and when it is tried again.",
  sections: gatewaySections,
  arguments: [{ name: "server", optional: true }],
  examples: [
    ["durar mcp list", "which servers run, and what they offer"],
    ["durar mcp list github --json", "one of them, with the arguments its tools take"],
  ],
  run: async ({ flags, arguments: [server] }, surroundings) => {
    const { mcpListCommand } = await import("../consumers/mcp-list-command.ts");
    return mcpListCommand(flags, server, surroundings);
  },
};

const mcpCall: Command = {
  words: ["mcp", "call"],
  summary: "call a tool of an MCP server",
  details:
    "The server has until --timeout to answer. Prints what the tool answers; exits 1 when it says that it failed.",
  sections: { Call: mcpCallFlags, ...gatewaySections },
  arguments: [{ name: "server" }, { name: "tool" }],
  examples: [
    ["durar mcp call github get_me", "without arguments"],
    ["durar mcp call github search_code --arguments-file query.json", "with some"],
  ],
  run: async ({ flags, arguments: [server = "", tool = ""] }, surroundings) => {
    const { mcpCallCommand } = await import("../consumers/mcp-call-command.ts");
    return mcpCallCommand(flags, { server, tool }, surroundings);
  },
};

const sandboxSsh: Command = {
  words: ["sandbox", "ssh"],
  summary: "enter the ssh sandbox of an agent",
  details:
    "Runs ssh with the identity, certificate and known hosts that the gateway has in force for the agent, and nothing of this user's own; ends with the status of ssh. With --json it runs nothing, and prints which configuration and host ssh is to be given.",
  sections: {
    "Which sandbox": agentFlags,
    Output: { json: outputFlags.json },
    "Which installation": installationFlags,
    ...everywhere,
  },
  rest: "command",
  examples: [
    ["durar sandbox ssh --agent work", "a shell in its sandbox"],
    ["durar sandbox ssh --agent work -- uname -a", "one command"],
  ],
  run: async ({ flags, rest }, surroundings) => {
    const { sandboxSshCommand } = await import("../consumers/sandbox-ssh-command.ts");
    return sandboxSshCommand(flags, rest, surroundings);
  },
};

/** What agents use: memory search, MCP servers, sandboxes. */
export const agentsCommands: readonly Command[] = [
  { words: ["memory"], summary: "look at the memory search of agents", sections: everywhere, examples: [] },
  memoryStatus,
  {
    words: ["mcp"],
    summary: "look at the gateway's MCP servers and call them",
    sections: everywhere,
    examples: [],
  },
  mcpList,
  mcpCall,
  { words: ["sandbox"], summary: "enter the sandboxes of agents", sections: everywhere, examples: [] },
  sandboxSsh,
];
