import type { SecretRef } from "@durar/secretref-schema";
import type { ConfigDigest } from "./config-digest.ts";

/** Where a value stands in a config or in an agent's store, and what went wrong with it. */
export interface FailureReport {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Every config path that is affected, in text form. */
  readonly paths: readonly string[];
  readonly source?: "env" | "file" | "exec";
  /** The provider's alias. */
  readonly provider?: string;
  readonly id?: string;
  /** A code of the closed list that an exec provider may report for an id. */
  readonly reported?: string;
}

/** Something the operator should know that blocks nothing. */
export interface WarningReport {
  readonly code: string;
  readonly message: string;
  /** The path it is about, in text form; absent where it is about no one path. */
  readonly path?: string;
}

/** How the secrets of a gateway stand. */
export type SecretsState = "inactive" | "healthy" | "degraded";

/** What an activation came to. */
export interface ActivationReport {
  readonly ok: true;
  readonly generation: number;
  readonly warningCount: number;
  readonly warnings: readonly WarningReport[];
  /** Paths whose value is another than before; of the config bare, of an agent's store with the store named. */
  readonly changedPaths: readonly string[];
}

/** The last attempt to activate, successful or not. */
export interface AttemptReport {
  readonly trigger: string;
  /** When it ended, as an ISO 8601 time in UTC. */
  readonly at: string;
  readonly durationMs: number;
  readonly ok: boolean;
  readonly failures: readonly FailureReport[];
}

/** An event of the gateway, as `GET /events` sends it and `secrets.status` lists the recent ones. */
export interface GatewayEvent {
  /** Counts from 1 for each process. */
  readonly id: number;
  /** When it happened, as an ISO 8601 time in UTC. */
  readonly at: string;
  readonly code: string;
  readonly message: string;
  readonly generation: number;
  readonly failures: readonly FailureReport[];
}

/** Whether one of the gateway's own credentials is in use, and why. */
export interface AuthSurfaceReport {
  readonly path: string;
  readonly active: boolean;
  readonly reason: string;
}

export interface SecretsStatus {
  readonly state: SecretsState;
  readonly generation: number;
  /** When the state began, as an ISO 8601 time in UTC. */
  readonly since: string;
  /** When the snapshot in force was activated, as an ISO 8601 time in UTC. */
  readonly activatedAt: string;
  readonly lastAttempt: AttemptReport | undefined;
  /** When the next attempt in the background is due; absent where none is. */
  readonly nextAttemptAt?: string;
  /** Distinct refs in use, by provider alias. */
  readonly providers: readonly {
    readonly source: string;
    readonly provider: string;
    readonly refs: number;
  }[];
  readonly warnings: readonly WarningReport[];
  /** One for each of the gateway's four credentials that holds a ref. */
  readonly gatewayAuthSurface: readonly AuthSurfaceReport[];
  /** The newest last. */
  readonly recentEvents: readonly GatewayEvent[];
  readonly gateway: {
    readonly pid: number;
    readonly socket: string;
    readonly tcp?: { readonly host: string; readonly port: number };
  };
}

/** Where a credential field lies. */
export interface FieldPlace {
  /** The kind of store. */
  readonly file: string;
  readonly agentId?: string;
  readonly path: string;
  readonly pathSegments: readonly string[];
  /** The `id` of the array entry it lies in, where it lies in one. An index is the gateway's own: go by the id. */
  readonly entryId?: string;
}

/** A value that `secrets.resolve` hands out. */
export interface Assignment extends FieldPlace {
  /** The secret itself: a string, or a plain object where the target takes one. */
  readonly value: unknown;
}

/** What stands at a place that was asked for, as the gateway has it in force. */
export interface PlaceReport extends FieldPlace {
  readonly holds: "plaintext" | "ref" | "template" | "malformed";
  /** The refs that it holds; a template may hold several. */
  readonly refs: readonly SecretRef[];
  readonly active: boolean;
  /** Why it is in use, or is not. */
  readonly reason: string;
  /** Why it is in use and has no value. */
  readonly code?: string;
}

/** The snapshot that an answer is made from. */
export interface SnapshotReport {
  readonly state: SecretsState;
  readonly generation: number;
  /** As an ISO 8601 time in UTC. */
  readonly activatedAt: string;
  /** Of the configuration in force, which the one on disk may differ from. */
  readonly config: ConfigDigest;
}

export interface ResolveResult {
  readonly ok: boolean;
  readonly assignments: readonly Assignment[];
  readonly diagnostics: readonly WarningReport[];
  readonly inactiveRefPaths: readonly { readonly path: string; readonly reason: string }[];
  readonly unresolved: readonly { readonly path: string; readonly code: string }[];
  /** Every place that was asked for and holds anything, with or without a value. */
  readonly places: readonly PlaceReport[];
  readonly snapshot: SnapshotReport;
}

/** What `config.get` answers: redacted, refs whole. */
export interface ConfigDocumentReport {
  readonly config: unknown;
  readonly raw: string;
  /** Names these bytes to this process; hand it back as `baseHash`. */
  readonly hash: string;
}

/** What a config write answers. */
export interface ConfigWriteReport extends ActivationReport {
  /** The hash of what is on disk now. */
  readonly hash: string;
}

/** A message to be sent through one of the gateway's channels. */
export interface OutboundMessage {
  readonly channel: "telegram" | "discord" | "slack";
  /** Which account of the channel sends it. @default the channel's own credential */
  readonly account?: string;
  /** Whom it is for, as the service names it: a chat, a channel, a user. */
  readonly to: string;
  readonly text: string;
  /** The message that it replies to, as the service names it. */
  readonly replyTo?: string;
  /** The thread that it belongs in, as the service names it. */
  readonly thread?: string;
  /** Used for this message in the place of the configured credential, and kept nowhere. */
  readonly token?: string;
}

/** What `message.send` answers. */
export interface SentMessage {
  readonly ok: true;
  readonly channel: OutboundMessage["channel"];
  /** What the service calls the message. */
  readonly messageId: string;
}

/** A tool of an MCP server, as the server describes it. */
export interface McpTool extends Readonly<Record<string, unknown>> {
  readonly name: string;
}

/** How an MCP server stands, and what it offers. */
export interface McpServerReport {
  /** Its key in the configuration. */
  readonly server: string;
  /** `failed`: it could not be started, or ended, and is started again later unless that is of no use. */
  readonly state: "starting" | "running" | "failed";
  /** The process that was started, which leads a process group of its own. */
  readonly pid?: number;
  /** Why it failed, or why its tools are not listed. */
  readonly failure?: { readonly code: string; readonly message: string; readonly hint: string };
  /** When it is started again, as an ISO 8601 time in UTC. */
  readonly nextAttemptAt?: string;
  readonly tools: readonly McpTool[];
}

/** What a tool of an MCP server came to, as the server says it. It is data of that server: it may say anything. */
export interface McpToolResult extends Readonly<Record<string, unknown>> {
  readonly content: readonly unknown[];
  readonly structuredContent?: unknown;
  /** Whether the tool itself failed, which the content then describes. */
  readonly isError?: boolean | undefined;
}

/** How an agent's sandbox is reached: `ssh -F <configFile> <host>`, on the gateway's machine. */
export interface SandboxSshReport {
  readonly agentId: string;
  /** Stays the same when the credentials are rotated. Readable for the gateway's user alone, and there while it runs. */
  readonly configFile: string;
  readonly host: string;
}

/** Every method of the gateway: its parameters and its result. */
export interface GatewayMethods {
  "secrets.reload": { params: Readonly<Record<string, never>>; result: ActivationReport };
  "secrets.resolve": {
    params: {
      readonly commandName: string;
      readonly targetIds: readonly string[];
      readonly paths?: readonly string[];
    };
    result: ResolveResult;
  };
  "secrets.status": { params: Readonly<Record<string, never>>; result: SecretsStatus };
  "config.get": { params: Readonly<Record<string, never>>; result: ConfigDocumentReport };
  "config.set": { params: { readonly raw: string; readonly baseHash: string }; result: ConfigWriteReport };
  "config.apply": { params: { readonly raw: string; readonly baseHash: string }; result: ConfigWriteReport };
  "mcp.listTools": {
    /** One server alone, or all. */
    params: { readonly server?: string };
    result: { readonly servers: readonly McpServerReport[] };
  };
  "mcp.callTool": {
    params: {
      readonly server: string;
      readonly tool: string;
      readonly arguments?: Readonly<Record<string, unknown>>;
      /** Milliseconds for the server to answer, at most 600000. @default 60000 */
      readonly timeoutMs?: number;
    };
    result: McpToolResult;
  };
  "message.send": { params: OutboundMessage; result: SentMessage };
  "sandbox.ssh": {
    /** The default agent where none is named. */
    params: { readonly agentId?: string };
    result: SandboxSshReport;
  };
  "config.patch": {
    /** A JSON merge patch (RFC 7396). */
    params: { readonly patch: unknown; readonly baseHash: string };
    result: ConfigWriteReport;
  };
}

/** The name of a method. */
export type GatewayMethod = keyof GatewayMethods;
