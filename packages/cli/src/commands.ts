import type { Command, Commands } from "./command.ts";
import {
  agentFlags,
  applyFlags,
  configureFlags,
  execFlags,
  findingFlags,
  fixFlags,
  gateFlags,
  gatewayFlags,
  globalFlags,
  installationFlags,
  mcpCallFlags,
  messageFlags,
  modelKeyFlags,
  onboardAuthFlags,
  onboardFlags,
  outputFlags,
  planFlags,
  remoteFlags,
  reportFlags,
  serverFlags,
  statusFlags,
  submissionFlags,
} from "./flags.ts";

const everywhere = { Everywhere: globalFlags };

const onboard: Command = {
  words: ["onboard"],
  summary: "set up a gateway's authentication and a model's key",
  details:
    "Asks for both on the terminal, each to be kept by a ref or as plaintext, and takes every answer by a flag too. A ref must resolve before anything is saved; commands of exec providers run with --allow-exec or your word alone. Makes the state directory and the configuration where there are none, and changes nothing else of one that is there. A secret is typed where it does not show, or read from a file or standard input.",
  sections: {
    "The gateway": onboardAuthFlags,
    "The model": modelKeyFlags,
    "How it is done": { ...onboardFlags, ...execFlags },
    Output: outputFlags,
    "Which installation": installationFlags,
    ...everywhere,
  },
  examples: [
    ["durar onboard", "step by step"],
    ["durar onboard --generate-token --skip-model-provider", "without a question"],
    ["durar onboard --gateway-auth keep", "the model's key alone"],
  ],
  run: async ({ flags }, surroundings) => {
    const { onboardCommand } = await import("./onboard-command.ts");
    return onboardCommand(flags, surroundings);
  },
};

const audit: Command = {
  words: ["secrets", "audit"],
  summary: "find plaintext secrets and refs that do not resolve",
  details:
    "Looks through the configuration, the .env files, every agent's stores, and forgotten copies of any of them. Exits 2 when a ref does not resolve or the configuration is invalid. Reads only: it creates, changes and locks nothing.",
  sections: {
    "As a gate": gateFlags,
    Providers: execFlags,
    Output: { ...reportFlags, ...outputFlags },
    "Which installation": installationFlags,
    ...everywhere,
  },
  examples: [
    ["durar secrets audit", "look"],
    ["durar secrets audit --check --allow-exec", "guard a deployment"],
    ["durar secrets audit --format sarif > durar.sarif", "feed code scanning"],
    ["durar secrets audit --config ~/.openclaw/openclaw.json", "an OpenClaw server"],
  ],
  run: async ({ flags }, surroundings) => {
    const { auditCommand } = await import("./audit-command.ts");
    return auditCommand(flags, surroundings);
  },
};

const validate: Command = {
  words: ["config", "validate"],
  summary: "check whether a server would start with a configuration",
  details:
    "Checks syntax, schema, refs, policies, and the settings and path trust of every provider. Exits 2 when something is wrong. Resolves nothing and runs nothing.",
  sections: { Output: outputFlags, "Which installation": installationFlags, ...everywhere },
  examples: [
    ["durar config validate", "the configuration in use"],
    ["durar config validate --config new.json --quiet", "another one, in one line"],
  ],
  run: async ({ flags }, surroundings) => {
    const { configValidateCommand } = await import("./config-validate-command.ts");
    return configValidateCommand(flags, surroundings);
  },
};

const configSchema: Command = {
  words: ["config", "schema"],
  summary: "print a JSON Schema of the configuration, for editors",
  details:
    "What is read of a configuration, with a value or a ref in every credential field. durar config validate checks more.",
  sections: everywhere,
  examples: [["durar config schema > durar.schema.json", "and name the file in $schema, or in the editor"]],
  run: async () => {
    const { configSchemaCommand } = await import("./config-schema-command.ts");
    return configSchemaCommand();
  },
};

const gatewaySections = {
  "Which gateway": { ...gatewayFlags, ...installationFlags },
  Output: outputFlags,
  ...everywhere,
};

const reload: Command = {
  words: ["secrets", "reload"],
  summary: "have the gateway read its configuration and secrets again",
  details:
    "All of it or nothing: exits 2 with every reason when something does not resolve, and the gateway keeps what it had.",
  sections: gatewaySections,
  examples: [["durar secrets reload", "after a secret was rotated"]],
  run: async ({ flags }, surroundings) => {
    const { secretsReloadCommand } = await import("./secrets-reload-command.ts");
    return secretsReloadCommand(flags, surroundings);
  },
};

const status: Command = {
  words: ["secrets", "status"],
  summary: "show which secrets a gateway has in force, and since when",
  details:
    "Shows generation, age, last attempt, providers, warnings and reasons; no value. Exits 1 when degraded.",
  sections: gatewaySections,
  examples: [
    ["durar secrets status", "how do the secrets stand"],
    ["durar secrets status --json", "for a monitor"],
  ],
  run: async ({ flags }, surroundings) => {
    const { secretsStatusCommand } = await import("./secrets-status-command.ts");
    return secretsStatusCommand(flags, surroundings);
  },
};

const configure: Command = {
  words: ["secrets", "configure"],
  summary: "move credentials from plaintext to refs, step by step",
  details:
    "Asks on the terminal: providers first, then credentials, then where each is kept. Every answer is checked at once, and what would change is shown, values masked, before anything does. Never shows or asks for a value. Without a terminal, see secrets plan.",
  sections: {
    "What is asked": { ...configureFlags, ...agentFlags, ...execFlags },
    Output: outputFlags,
    "Which installation": installationFlags,
    ...everywhere,
  },
  examples: [
    ["durar secrets configure", "set up providers and move credentials"],
    ["durar secrets configure --plan-out plan.json", "keep what is decided, also on Ctrl-C"],
    ["durar secrets configure --agent work", "and no other agent's credentials"],
  ],
  run: async ({ flags }, surroundings) => {
    const { secretsConfigureCommand } = await import("./secrets-configure-command.ts");
    return secretsConfigureCommand(flags, surroundings);
  },
};

const plan: Command = {
  words: ["secrets", "plan"],
  summary: "plan a move from plaintext to refs, without a terminal",
  details:
    "Makes the plan that secrets apply carries out, and writes nothing else. A plan says what is to stand where and what it found there; it holds no secret. Exits 3 when a plaintext field got no ref, and names it.",
  sections: {
    "What becomes a ref": { ...planFlags, ...agentFlags },
    Output: outputFlags,
    "Which installation": installationFlags,
    ...everywhere,
  },
  examples: [
    ["durar secrets plan --all-plaintext-to env --move-values", "everything into .env"],
    ["durar secrets plan --set gateway.auth.token=env::TOKEN", "one field"],
  ],
  run: async ({ flags }, surroundings) => {
    const { secretsPlanCommand } = await import("./secrets-plan-command.ts");
    return secretsPlanCommand(flags, surroundings);
  },
};

const apply: Command = {
  words: ["secrets", "apply"],
  summary: "carry out a plan: refs in, plaintext out",
  details:
    "Checks that every ref resolves and yields what it replaces, then changes all files or none, and scrubs what the move leaves behind. Keeps no copy of the plaintext. Finishes a change that was interrupted first, and has a running gateway reload.",
  sections: {
    "What is applied": { ...applyFlags, ...execFlags },
    Output: outputFlags,
    "Which installation": installationFlags,
    ...everywhere,
  },
  examples: [
    ["durar secrets apply --from plan.json --dry-run", "look at what would change"],
    ["durar secrets apply --from plan.json", "change it"],
  ],
  run: async ({ flags }, surroundings) => {
    const { secretsApplyCommand } = await import("./secrets-apply-command.ts");
    return secretsApplyCommand(flags, surroundings);
  },
};

const gatewayRun: Command = {
  words: ["gateway", "run"],
  summary: "run the gateway in the foreground",
  details:
    "Resolves every secret in use, then listens: always on a socket in the state directory that only this user can reach, on TCP only where gateway.port or --port says so. Exits 2 with every reason when a secret does not resolve. Logs JSON lines on standard output. SIGHUP reloads, SIGTERM ends it.",
  sections: { "Where it listens": serverFlags, "Which installation": installationFlags, ...everywhere },
  examples: [
    ["durar gateway run", "with the configuration in use"],
    ["durar gateway run --port 0", "on a free TCP port too"],
  ],
  run: async ({ flags }, surroundings) => {
    const { gatewayRunCommand } = await import("./gateway-run-command.ts");
    return gatewayRunCommand(flags, surroundings);
  },
};

const gatewayStatus: Command = {
  words: ["gateway", "status"],
  summary: "show whether the gateway runs, and where",
  details: "Exits 69 when it does not run.",
  sections: gatewaySections,
  examples: [["durar gateway status --json", "its pid, socket and port"]],
  run: async ({ flags }, surroundings) => {
    const { gatewayStatusCommand } = await import("./gateway-status-command.ts");
    return gatewayStatusCommand(flags, surroundings);
  },
};

const configGet: Command = {
  words: ["config", "get"],
  summary: "show the gateway's configuration, secrets redacted",
  details:
    "Prints the file as it is, with a sentinel in the place of each secret; refs show. A sentinel that is left in place means the same value when the text is submitted again.",
  sections: gatewaySections,
  arguments: [{ name: "path", optional: true }],
  examples: [
    ["durar config get", "the whole file"],
    ["durar config get models.providers", "one part of it, as JSON"],
    ["durar config get --json", "with the hash that config set needs"],
  ],
  run: async ({ flags, arguments: [path = ""] }, surroundings) => {
    const { configGetCommand } = await import("./config-get-command.ts");
    return configGetCommand(flags, path, surroundings);
  },
};

const writeSections = { Submission: submissionFlags, ...gatewaySections };

const configSet: Command = {
  words: ["config", "set"],
  summary: "replace the configuration, if its secrets resolve",
  details:
    "Everything is checked and every secret resolved before the file is written; what is refused changes nothing. Takes effect at once.",
  sections: writeSections,
  examples: [["durar config set --from new.json5 --base-hash HASH", "an edited copy of config get"]],
  run: async ({ flags }, surroundings) => {
    const { configWriteCommand } = await import("./config-write-command.ts");
    return configWriteCommand("set", flags, surroundings);
  },
};

const configPatch: Command = {
  words: ["config", "patch"],
  summary: "change some fields of the configuration",
  details:
    "Takes a JSON merge patch (RFC 7396): what it names is set, null removes. Comments, order and everything else stay.",
  sections: writeSections,
  examples: [["echo '{gateway: {port: 18789}}' | durar config patch --from -", "one field"]],
  run: async ({ flags }, surroundings) => {
    const { configWriteCommand } = await import("./config-write-command.ts");
    return configWriteCommand("patch", flags, surroundings);
  },
};

const configApply: Command = {
  words: ["config", "apply"],
  summary: "replace the configuration and listen anew",
  details: "As config set, and the TCP listener is opened afresh, also where its address stays the same.",
  sections: writeSections,
  examples: [["durar config apply --from new.json5 --base-hash HASH", "an edited copy of config get"]],
  run: async ({ flags }, surroundings) => {
    const { configWriteCommand } = await import("./config-write-command.ts");
    return configWriteCommand("apply", flags, surroundings);
  },
};

const messageSend: Command = {
  words: ["message", "send"],
  summary: "send a message through a channel of the gateway",
  details:
    "The gateway sends it with the credential it has in force; nothing is resolved for it. A limit of the service's rate is waited for. Exits 1 when it is not sent.",
  sections: { Message: messageFlags, ...gatewaySections },
  examples: [
    ["durar message send --channel slack --to C024BE91L --text done", "through slack"],
    ["durar message send --channel telegram --to 42 --text-file -", "what is on standard input"],
  ],
  run: async ({ flags }, surroundings) => {
    const { messageSendCommand } = await import("./message-send-command.ts");
    return messageSendCommand(flags, surroundings);
  },
};

const commandPathSections = {
  "Which gateway": { ...gatewayFlags, ...installationFlags },
  Output: outputFlags,
  ...everywhere,
};

const overview: Command = {
  words: ["status"],
  summary: "show the gateway and how every credential stands",
  details:
    "Asks the running gateway first. What it does not have, and everything where none runs, is resolved in this shell; what cannot be had here is shown with its reason. Exits 0 whatever it shows.",
  sections: { "What is shown": { ...statusFlags, ...execFlags }, ...commandPathSections },
  examples: [
    ["durar status", "the gateway, and how many credentials stand how"],
    ["durar status --all", "each credential"],
  ],
  run: async ({ flags }, surroundings) => {
    const { statusCommand } = await import("./status-command.ts");
    return statusCommand(flags, surroundings);
  },
};

const channelsSections = { "What is shown": execFlags, ...commandPathSections };

const channelsStatus: Command = {
  words: ["channels", "status"],
  summary: "show every channel and account, and its credentials",
  details:
    "On or off, and how each credential stands: in the running gateway first, else in this shell. Exits 0 whatever it shows.",
  sections: channelsSections,
  examples: [["durar channels status", "all of them"]],
  run: async ({ flags }, surroundings) => {
    const { channelsStatusCommand } = await import("./channels-status-command.ts");
    return channelsStatusCommand(flags, surroundings);
  },
};

const channelsResolve: Command = {
  words: ["channels", "resolve"],
  summary: "show where each credential of a channel comes from",
  details:
    "An account's own field, its channel's, a token file or a variable; a sibling ref before the field. Says why, and what is passed over. Exits 0 whatever it shows.",
  sections: channelsSections,
  arguments: [
    { name: "channel", optional: true },
    { name: "account", optional: true },
  ],
  examples: [
    ["durar channels resolve telegram", "one channel"],
    ["durar channels resolve telegram work", "one of its accounts"],
  ],
  run: async ({ flags, arguments: names }, surroundings) => {
    const { channelsResolveCommand } = await import("./channels-resolve-command.ts");
    return channelsResolveCommand(flags, names, surroundings);
  },
};

const memoryStatus: Command = {
  words: ["memory", "status"],
  summary: "show the memory search that each agent uses",
  details:
    "An agent's own settings come before the defaults. Keys come from the running gateway alone and are never shown: exits 2 when one that is in use is not available, and 69 when one needs a gateway and none is there.",
  sections: commandPathSections,
  examples: [["durar memory status", "provider, model, URL and key of each agent"]],
  run: async ({ flags }, surroundings) => {
    const { memoryStatusCommand } = await import("./memory-status-command.ts");
    return memoryStatusCommand(flags, surroundings);
  },
};

const qr: Command = {
  words: ["qr"],
  summary: "show a QR code with a gateway's URL and token",
  details:
    'The code holds {"url": gateway.remote.url, "token": gateway.remote.token}, as JSON, or "password" in place of a token that is not set. It goes to a terminal and nowhere else; --json tells how the token stands, without it. Exits 2 when the token is not available, and 69 when it needs a gateway and none is there.',
  sections: { "Which code": remoteFlags, ...commandPathSections },
  examples: [
    ["durar qr --remote", "scan it with the device that is to connect"],
    ["durar qr --remote --quiet", "the code alone"],
  ],
  run: async ({ flags }, surroundings) => {
    const { qrCommand } = await import("./qr-command.ts");
    return qrCommand(flags, surroundings);
  },
};

const securityAudit: Command = {
  words: ["security", "audit"],
  summary: "check who can reach the gateway and its files",
  details:
    "Authentication and bind address of the gateway, permissions of the state directory, its files and its socket, and whether the paths of providers can be trusted. Reads only. Exits 0 whatever it finds, unless it is a gate.",
  sections: { "As a gate": findingFlags, Providers: execFlags, ...commandPathSections },
  examples: [
    ["durar security audit", "look"],
    ["durar security audit --check", "guard a deployment"],
  ],
  run: async ({ flags }, surroundings) => {
    const { securityAuditCommand } = await import("./security-audit-command.ts");
    return securityAuditCommand(flags, surroundings);
  },
};

const doctor: Command = {
  words: ["doctor"],
  summary: "find what is wrong with an installation",
  details:
    "Dead sockets, permissions, changes that were interrupted, an invalid configuration, refs that do not resolve, a gateway that is not there or is degraded, and what it and this shell do not agree in. Changes nothing without --fix. Exits 0 whatever it finds; with --fix, 1 when something could not be repaired.",
  sections: { Repairs: fixFlags, Providers: execFlags, ...commandPathSections },
  examples: [
    ["durar doctor", "look"],
    ["durar doctor --fix", "repair what can be repaired"],
  ],
  run: async ({ flags }, surroundings) => {
    const { doctorCommand } = await import("./doctor-command.ts");
    return doctorCommand(flags, surroundings);
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
    const { mcpListCommand } = await import("./mcp-list-command.ts");
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
    const { mcpCallCommand } = await import("./mcp-call-command.ts");
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
    const { sandboxSshCommand } = await import("./sandbox-ssh-command.ts");
    return sandboxSshCommand(flags, rest, surroundings);
  },
};

const completion: Command = {
  words: ["completion"],
  summary: "print a completion script for bash, zsh or fish",
  sections: everywhere,
  arguments: [{ name: "shell", choices: ["bash", "zsh", "fish"] }],
  examples: [
    ['eval "$(durar completion bash)"', "in ~/.bashrc"],
    ['eval "$(durar completion zsh)"', "in ~/.zshrc, after compinit"],
    ["durar completion fish | source", "in ~/.config/fish/config.fish"],
  ],
  run: async ({ arguments: [shell = ""] }) => {
    const { completionScript } = await import("./completion.ts");
    return { exitCode: 0, stdout: completionScript(shell, COMMANDS), stderr: "" };
  },
};

/** Every command there is. */
export const COMMANDS: Commands = [
  {
    words: [],
    summary: "secrets management for configuration-driven servers",
    details:
      "Finds credentials that lie in files as plaintext, and references to credentials that do not resolve, before a server does; and runs a gateway that resolves them once and keeps the last good ones.",
    sections: everywhere,
    examples: [
      ["durar secrets audit", "where does plaintext lie, what does not resolve"],
      ["durar config validate", "would a server start with this configuration"],
      ["durar gateway run", "serve with every secret resolved"],
      ["durar help secrets audit", "what else can that do"],
    ],
  },
  onboard,
  { words: ["secrets"], summary: "find and manage secrets", sections: everywhere, examples: [] },
  audit,
  configure,
  plan,
  apply,
  reload,
  status,
  overview,
  doctor,
  { words: ["gateway"], summary: "run the gateway and ask about it", sections: everywhere, examples: [] },
  gatewayRun,
  gatewayStatus,
  {
    words: ["config"],
    summary: "look at the configuration and change it",
    sections: everywhere,
    examples: [],
  },
  validate,
  configSchema,
  configGet,
  configSet,
  configPatch,
  configApply,
  { words: ["message"], summary: "send messages through channels", sections: everywhere, examples: [] },
  messageSend,
  {
    words: ["channels"],
    summary: "look at channels and their credentials",
    sections: everywhere,
    examples: [],
  },
  channelsStatus,
  channelsResolve,
  { words: ["memory"], summary: "look at the memory search of agents", sections: everywhere, examples: [] },
  memoryStatus,
  {
    words: ["security"],
    summary: "check who can reach an installation",
    sections: everywhere,
    examples: [],
  },
  securityAudit,
  qr,
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
  completion,
];
