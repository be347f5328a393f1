import { DurarError, type ErrorDetails, type ErrorKind } from "@durar/secretref-schema";

interface GatewayErrorRow {
  readonly kind: ErrorKind;
  readonly when: string;
  readonly hint: string;
}

function row(kind: ErrorKind, when: string, hint: string): GatewayErrorRow {
  return Object.freeze({ kind, when, hint });
}

/** Every code of the gateway's own errors. The set is closed; what it hands on from its engines keeps its code. */
export const GATEWAY_ERRORS = Object.freeze({
  CONFIG_INVALID: row(
    "invalid-config",
    "the configuration, a `.env` file or the store of an agent cannot be read or breaks a rule",
    "correct it as the message says",
  ),
  CONFIG_CONFLICT: row(
    "denied",
    "the configuration on disk is not the one that `baseHash` names",
    "get the configuration again, and make the change once more",
  ),
  CONFIG_SENTINEL: row(
    "denied",
    "a submitted configuration holds the redaction sentinel where it stands for nothing",
    "write a SecretRef or a value there, or leave the entry as config.get shows it",
  ),
  GATEWAY_ALREADY_RUNNING: row(
    "denied",
    "another gateway serves this state directory",
    "stop the other one, or give this one a state directory of its own",
  ),
  GATEWAY_AUTH_REQUIRED: row(
    "invalid-config",
    "TCP is on and neither a token nor a password is configured",
    'set gateway.auth.token or the gateway token variable, set gateway.auth.mode to "none" for health and status on loopback alone, or leave gateway.port out: the socket needs no credential',
  ),
  GATEWAY_AUTH_UNSUPPORTED: row(
    "invalid-config",
    "gateway.auth.mode is one that the gateway does not support, or not with TCP beyond loopback",
    'set gateway.auth.mode to "token" or "password"',
  ),
  GATEWAY_BIND_UNSUPPORTED: row(
    "invalid-config",
    "gateway.bind is a word that the gateway does not know",
    "set gateway.bind to loopback, lan or an IP address",
  ),
  GATEWAY_LISTEN_FAILED: row(
    "unavailable",
    "the gateway cannot listen where it is told to",
    "free the address, or configure another one",
  ),
  GATEWAY_STATE_DIRECTORY: row(
    "denied",
    "the state directory cannot be made private to this user",
    "let this user own the state directory: chown it, then chmod 700",
  ),
  MESSAGE_INVALID: row(
    "invalid-config",
    "the service cannot take a parameter of a message as it is",
    "correct the parameter as the message says",
  ),
  MESSAGE_CREDENTIAL_MISSING: row(
    "not-found",
    "the channel or account has no credential in force that messages could be sent with",
    "set the credential of this channel or account, or name another account",
  ),
  MESSAGE_CREDENTIAL_REFUSED: row(
    "denied",
    "the service does not accept the credential",
    "store the right credential, then durar secrets reload",
  ),
  MESSAGE_RATE_LIMITED: row(
    "unavailable",
    "the service takes no message for longer than the call may take",
    "send it again after that time",
  ),
  MESSAGE_REFUSED: row(
    "denied",
    "the service refuses the message",
    "check to, replyTo and thread, and what the bot may do there",
  ),
  MESSAGE_TIMEOUT: row(
    "unavailable",
    "the service did not answer in time; whether it has the message is not known",
    "look whether it is there before it is sent again",
  ),
  MESSAGE_UNREACHABLE: row(
    "unavailable",
    "no answer came that is one of the service's interface",
    "check the network and apiBaseUrl of the channel",
  ),
  GATEWAY_STOPPED: row("unavailable", "the gateway was stopped while it started", "start it again"),
  MCP_SDK_MISSING: row(
    "unavailable",
    "MCP servers are configured, and the package that speaks with them is not installed",
    "npm install @modelcontextprotocol/sdk beside @durar/gateway, and start the gateway again",
  ),
  MCP_SERVER_UNKNOWN: row(
    "not-found",
    "no MCP server of this name is configured, or the plugin acpx is off",
    "name a server of plugins.entries.acpx.config.mcpServers, and enable the plugin",
  ),
  MCP_START_FAILED: row(
    "invalid-config",
    "the command of an MCP server cannot be started",
    "correct its command, args, env or cwd in plugins.entries.acpx.config.mcpServers",
  ),
  MCP_HANDSHAKE_FAILED: row(
    "unavailable",
    "an MCP server started, and ended or said nothing of use before it was ready",
    "run its command by hand: it must speak MCP on standard output, and may need variables",
  ),
  MCP_SERVER_ENDED: row(
    "unavailable",
    "an MCP server ended, or was restarted for a change of its values, before it answered",
    "call again; where it keeps ending, run its command by hand",
  ),
  MCP_TIMEOUT: row(
    "unavailable",
    "an MCP server did not answer in time",
    "allow it more time, or ask for less",
  ),
  MCP_REQUEST_REFUSED: row(
    "denied",
    "an MCP server answers with an error of the protocol",
    "check the tool's name and arguments against mcp.listTools",
  ),
  MCP_PROTOCOL: row(
    "internal",
    "an MCP server sends what is not MCP, or too much, or does not read",
    "update the server, or ask it for less",
  ),
  SANDBOX_AGENT_UNKNOWN: row(
    "not-found",
    "no agent of this id is configured",
    "name an agent of agents.list; where none is listed there is the default agent alone",
  ),
  SANDBOX_AGENT_OFF: row("denied", "the agent is disabled", "enable the agent in agents.list"),
  SANDBOX_NOT_SSH: row(
    "denied",
    "the agent's sandbox is not one over ssh",
    'set sandbox.backend to "ssh" and sandbox.mode to other than "off", for the agent or in agents.defaults',
  ),
  SANDBOX_TARGET_INVALID: row(
    "invalid-config",
    "the agent's ssh sandbox has no target, or one that is no host",
    "set sandbox.ssh.target as user@host:port",
  ),
  SANDBOX_FILES_FAILED: row(
    "unavailable",
    "the files for ssh cannot be written",
    "make room for them, or set XDG_RUNTIME_DIR to a directory that is this user's alone; then ask again",
  ),
} as const satisfies Record<string, GatewayErrorRow>);

/** A code of {@link GATEWAY_ERRORS}. */
export type GatewayErrorCode = keyof typeof GATEWAY_ERRORS;

/** The error of a code, with the table's kind and, where none is given, its hint. */
export function gatewayError(
  code: GatewayErrorCode,
  message: string,
  details: Partial<Pick<ErrorDetails, "hint" | "paths" | "cause">> = {},
): DurarError<GatewayErrorCode> {
  const { kind, hint } = GATEWAY_ERRORS[code];
  return new DurarError({ code, kind, message, hint, ...details });
}
