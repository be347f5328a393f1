/** A flag of the command line. One name means the same, and takes a value or none, wherever it is accepted. */
export interface Flag {
  readonly description: string;
  /** Its one-letter form. */
  readonly short?: string;
  /** What its value is called in help; a flag without takes none. */
  readonly value?: string;
  /** All that its value may be. */
  readonly choices?: readonly string[];
  /** What a shell offers for its value. */
  readonly completes?: "file" | "directory";
  /** Whether `-` stands for standard input. */
  readonly standardInput?: true;
  /** Whether it may be given several times, each with a value of its own. */
  readonly repeatable?: true;
}

/** Flags by name, without the dashes. */
export type Flags = Readonly<Record<string, Flag>>;

/** What was given for each flag, as the reader of the command line answers it. */
export type GivenFlags<Accepted extends Flags> = {
  readonly [Name in keyof Accepted]?: Accepted[Name] extends { choices: readonly (infer Choice)[] }
    ? Choice
    : Accepted[Name] extends { repeatable: true }
      ? readonly string[]
      : Accepted[Name] extends { value: string }
        ? string
        : true;
};

/** Accepted everywhere. */
export const globalFlags = {
  help: { short: "h", description: "show help" },
  version: { short: "V", description: "print the version" },
} as const satisfies Flags;

export const installationFlags = {
  config: {
    value: "file",
    completes: "file",
    description:
      "the configuration file (default: $Durar_CONFIG_PATH, else Durar.json in the state directory)",
  },
  "state-dir": {
    value: "directory",
    completes: "directory",
    description: "the state directory (default: $Durar_STATE_DIR, else ~/.Durar)",
  },
  layout: {
    value: "name",
    choices: ["durar", "openclaw"],
    description:
      "durar or openclaw: whose names variables, directories and files have (default: the one whose configuration is named or found)",
  },
} as const satisfies Flags;

export const outputFlags = {
  json: { description: "print one JSON document, also on failure" },
  quiet: { description: "print the summary line alone" },
  "no-color": { description: "print without colours, as with NO_COLOR set" },
} as const satisfies Flags;

export const reportFlags = {
  format: {
    value: "format",
    choices: ["text", "json", "sarif", "github"],
    description: "text, json, sarif or github (default: text)",
  },
} as const satisfies Flags;

export const gateFlags = {
  check: { description: "exit 1 on findings, and 3 when something was skipped or could not be read" },
  "fail-on": {
    value: "severity",
    choices: ["info", "warn", "error"],
    description: "the least severity at which --check exits 1: info, warn or error (default: warn)",
  },
  "allow-incomplete": { description: "let --check pass although something was skipped or unreadable" },
  baseline: {
    value: "file",
    completes: "file",
    description: "hide the findings this file knows; a new value at a known place stays hidden",
  },
  "write-baseline": {
    value: "file",
    completes: "file",
    description: "write the ids of all findings to this file, and nothing else of them",
  },
} as const satisfies Flags;

/** As a gate over what is found, of commands that know no baseline. */
export const findingFlags = {
  check: gateFlags.check,
  "fail-on": gateFlags["fail-on"],
} as const satisfies Flags;

export const execFlags = {
  "allow-exec": {
    description:
      "run exec providers, to see that their refs resolve; without it they are checked and skipped",
  },
} as const satisfies Flags;

export const serverFlags = {
  port: {
    value: "port",
    description: "listen on this TCP port too, whatever gateway.port says; 0 picks a free one",
  },
} as const satisfies Flags;

export const gatewayFlags = {
  gateway: {
    value: "url",
    description: "ask the gateway at this URL over TCP, not the one of the state directory over its socket",
  },
  "token-file": {
    value: "file",
    completes: "file",
    standardInput: true,
    description:
      "the token or password for --gateway, - for standard input (default: $Durar_GATEWAY_TOKEN, else $Durar_GATEWAY_PASSWORD)",
  },
  timeout: {
    value: "ms",
    description:
      "how long the gateway has to answer, in milliseconds (default: 60000, and 10000 where it answers from memory)",
  },
} as const satisfies Flags;

export const statusFlags = {
  all: { description: "show each credential, not only how many of each kind there are" },
} as const satisfies Flags;

export const remoteFlags = {
  remote: { description: "the gateway that gateway.remote names; the only one there is a code for" },
} as const satisfies Flags;

export const fixFlags = {
  fix: {
    description:
      "make files and directories private, remove dead sockets, and finish a change that was interrupted",
  },
} as const satisfies Flags;

const from = {
  value: "file",
  completes: "file",
  standardInput: true,
  description: "the file to submit or apply, - for standard input; secrets never stand on a command line",
} as const satisfies Flag;

export const submissionFlags = {
  from,
  "base-hash": {
    value: "hash",
    description: "the hash of the configuration it was made from, as config get --json prints it",
  },
} as const satisfies Flags;

export const agentFlags = {
  agent: {
    value: "id",
    description: "this agent alone (default: the stores of all, and the sandbox of the default agent)",
  },
} as const satisfies Flags;

export const planFlags = {
  set: {
    value: "path=ref",
    repeatable: true,
    description: "put the ref SOURCE:PROVIDER:ID at this path; may be given several times",
  },
  "all-plaintext-to": {
    value: "provider",
    description: "find a ref for every plaintext field: file:ALIAS, env or env:ALIAS",
  },
  "move-values": {
    description:
      "have apply add the present values where the refs lead; without it they must be there already",
  },
  provider: {
    value: "alias=json",
    repeatable: true,
    description: "add or replace a provider; may be given several times, and holds no env values",
  },
  "delete-provider": {
    value: "alias",
    repeatable: true,
    description: "remove a provider that nothing needs any more; may be given several times",
  },
  out: {
    value: "file",
    completes: "file",
    description: "write the plan to this file, for its owner alone (default: print it)",
  },
} as const satisfies Flags;

export const applyFlags = {
  from,
  "dry-run": { description: "show what would change, and check everything that a write would check" },
  "accept-new-values": {
    description: "let a ref yield another value than the plaintext it replaces",
  },
  "no-reload": { description: "leave a running gateway with the secrets it has" },
  abandon: {
    description:
      "give up a change that was interrupted: leave the files as they are, whichever state they are in",
  },
} as const satisfies Flags;

export const messageFlags = {
  channel: {
    value: "name",
    choices: ["telegram", "discord", "slack"],
    description: "telegram, discord or slack",
  },
  account: {
    value: "name",
    description: "the account of the channel that sends it (default: the channel's own credential)",
  },
  to: { value: "id", description: "whom it is for, as the service names chats, channels and users" },
  text: { value: "text", description: "the message" },
  "text-file": {
    value: "file",
    completes: "file",
    standardInput: true,
    description: "the message in a file, - for standard input, in the place of --text",
  },
  "reply-to": { value: "id", description: "the message it replies to" },
  thread: { value: "id", description: "the thread it belongs in" },
  "channel-token-file": {
    value: "file",
    completes: "file",
    standardInput: true,
    description:
      "send it with the token in this file, - for standard input, in the place of the configured one",
  },
} as const satisfies Flags;

export const mcpCallFlags = {
  "arguments-file": {
    value: "file",
    completes: "file",
    standardInput: true,
    description: "the arguments as a JSON object, - for standard input (default: none)",
  },
} as const satisfies Flags;

export const configureFlags = {
  "providers-only": { description: "stop after the providers" },
  "skip-provider-setup": { description: "start with the credentials" },
  "plan-out": {
    value: "file",
    completes: "file",
    description: "save the plan to this file after each answer that changes it, for its owner alone",
  },
  apply: { description: "apply in the end, without the choice to save instead" },
  yes: { description: "answer every confirmation with yes" },
} as const satisfies Flags;

export const onboardAuthFlags = {
  "gateway-auth": {
    value: "mode",
    choices: ["token", "password", "keep"],
    description: "token or password, or keep for what is configured; a ref that is there is kept anyway",
  },
  "auth-ref": {
    value: "ref",
    description: "where the token or password is kept: SOURCE:PROVIDER:ID, such as env::GATEWAY_TOKEN",
  },
  "auth-file": {
    value: "file",
    completes: "file",
    standardInput: true,
    description: "keep the token or password of this file as plaintext, - for standard input",
  },
  "generate-token": { description: "keep a new token of 256 random bits as plaintext" },
} as const satisfies Flags;

export const modelKeyFlags = {
  "model-provider": { value: "name", description: "whose key is set, such as openai or anthropic" },
  "skip-model-provider": { description: "set no key" },
  "key-ref": { value: "ref", description: "where the key is kept: SOURCE:PROVIDER:ID" },
  "key-file": {
    value: "file",
    completes: "file",
    standardInput: true,
    description: "keep the key of this file as plaintext, - for standard input",
  },
} as const satisfies Flags;

export const onboardFlags = {
  provider: planFlags.provider,
  "no-reload": applyFlags["no-reload"],
  yes: configureFlags.yes,
} as const satisfies Flags;
