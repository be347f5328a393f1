import { isForbiddenSegment, isRecord, valueAt } from "@durar/credential-surface";
import {
  parseTemplate,
  readSecretsConfig,
  validate,
  type JsonSchema,
  type SchemaIssue,
} from "@durar/secretref-schema";
import * as z from "zod/mini";
import { isAgentName } from "./agents.ts";
import { GATEWAY_AUTH_MODES, isAmbiguousGatewayAuth } from "./gateway-auth.ts";
import { sentinelValues } from "./sentinel-values.ts";

const flag = z.optional(z.boolean());
/** A string that is read as it stands: a template in it would be taken literally, so it is an error. */
const text = z
  .string()
  .check(
    z.refine<string>(
      (value) => parseTemplate(value).every((part) => "text" in part),
      "must not contain a ${NAME} template; templates work in credential fields only",
    ),
  );
const setting = z.optional(text);
const texts = z.optional(z.array(text));
const enabled = z.looseObject({ enabled: flag });
const feature = z.optional(enabled);
const features = z.optional(z.record(z.string(), enabled));

const agentFields = {
  memorySearch: z.optional(
    z.looseObject({
      enabled: flag,
      provider: setting,
      model: setting,
      remote: z.optional(z.looseObject({ baseUrl: setting })),
    }),
  ),
  sandbox: z.optional(
    z.looseObject({
      backend: setting,
      mode: setting,
      ssh: z.optional(z.looseObject({ target: setting })),
    }),
  ),
};
const agentId = text.check(
  z.minLength(1),
  z.refine<string>(isAgentName, "must be a name, without a slash, a backslash or a NUL character"),
);
const directory = text.check(
  z.refine<string>((path) => !path.includes("\0"), "must not contain a NUL character"),
);
/** The plugin whose MCP servers the gateway runs. */
const acpx = z.looseObject({
  enabled: flag,
  config: z.optional(
    z.looseObject({
      mcpServers: z.optional(
        z.record(z.string(), z.looseObject({ command: setting, args: texts, cwd: z.optional(directory) })),
      ),
    }),
  ),
});
const webTool = z.optional(z.looseObject({ enabled: flag, provider: setting }));

/**
 * What this product reads of a configuration, and no more: everything else is accepted as it is, since the
 * configuration belongs to the server it configures. Credential fields are checked by the surface, the `secrets`
 * block by its own reader, channels by {@link channelSchema}.
 */
export const configSchema = z.looseObject({
  gateway: z.optional(
    z.looseObject({
      mode: setting,
      port: z.optional(z.int().check(z.gte(0), z.lte(65_535))),
      bind: setting,
      allowedHosts: texts,
      auth: z.optional(z.looseObject({ mode: z.optional(z.enum(GATEWAY_AUTH_MODES)) })),
      remote: z.optional(z.looseObject({ url: setting })),
      tailscale: z.optional(z.looseObject({ mode: setting })),
    }),
  ),
  agents: z.optional(
    z.looseObject({
      defaults: z.optional(z.looseObject(agentFields)),
      list: z.optional(
        z.array(
          z.looseObject({
            id: agentId,
            agentDir: z.optional(directory),
            enabled: flag,
            default: flag,
            ...agentFields,
          }),
        ),
      ),
    }),
  ),
  auth: z.optional(
    z.looseObject({ profiles: z.optional(z.record(z.string(), z.looseObject({ mode: setting }))) }),
  ),
  channels: z.optional(z.record(z.string(), z.unknown())),
  models: z.optional(z.looseObject({ providers: features })),
  skills: z.optional(z.looseObject({ entries: features })),
  plugins: z.optional(
    z.looseObject({
      enabled: flag,
      allow: texts,
      deny: texts,
      entries: z.optional(z.catchall(z.object({ acpx: z.optional(acpx) }), enabled)),
    }),
  ),
  tools: z.optional(z.looseObject({ web: z.optional(z.looseObject({ search: webTool, fetch: webTool })) })),
  talk: feature,
  messages: z.optional(z.looseObject({ tts: feature })),
  cron: feature,
});

/** Where a service's interface is: a credential is sent there, so that it must not be read on the way. */
const baseUrl = z.optional(
  text.check(
    z.refine<string>(
      isSafeBaseUrl,
      "must be an https URL, or an http URL of this machine, without user, query and fragment",
    ),
  ),
);

function isSafeBaseUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  if (`${url.username}${url.password}${url.search}${url.hash}` !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK_HOSTS.includes(url.hostname));
}

const LOOPBACK_HOSTS: readonly string[] = ["127.0.0.1", "[::1]", "localhost"];

/**
 * The fields that decide whether a channel's credentials are in use, or where they are sent, in the channel and in its
 * accounts alike.
 */
const channelFields = {
  telegram: { tokenFile: setting, webhookUrl: setting, apiBaseUrl: baseUrl },
  zalo: { webhookUrl: setting },
  slack: { mode: setting, apiBaseUrl: baseUrl },
  feishu: { connectionMode: setting },
  discord: { pluralkit: feature, voice: feature, apiBaseUrl: baseUrl },
  irc: { nickserv: feature },
} as const;
const channelSchemas = new Map(
  Object.entries(channelFields).map(([name, fields]) => [name, z.looseObject({ enabled: flag, ...fields })]),
);

/** The JSON Schema of each channel of which more is read than whether it is on. */
export function channelJsonSchemas(): ReadonlyMap<string, JsonSchema> {
  return new Map(
    [...channelSchemas].map(([name, schema]) => [name, z.toJSONSchema(schema, { io: "input" })]),
  );
}

/**
 * Checks what this product reads of a configuration: the `secrets` block strictly, other fields by type. Credential
 * fields themselves are the surface's to check, but no value anywhere may be the sentinel of redacted config.
 *
 * @returns every rule that is broken, by its path in the config; empty where all is well
 */
export function validateConfig(config: unknown): readonly SchemaIssue[] {
  const schema = validate(configSchema, config);
  const secrets = readSecretsConfig(valueAt(config, ["secrets"]));
  return [
    ...(schema.ok ? [] : schema.issues),
    ...below(["secrets"], secrets.issues),
    ...channelIssues(config),
    ...repeatedAgents(config),
    ...sentinelValues(config),
    ...(isAmbiguousGatewayAuth(config) ? [ambiguousAuth] : []),
  ];
}

const ambiguousAuth: SchemaIssue = {
  path: ["gateway", "auth"],
  rule: 'has both token and password: set mode to "token" or "password", or remove one of them',
};

/** A channel or account of another type is reported where the surface finds it in its way. */
function channelIssues(config: unknown): SchemaIssue[] {
  return recordsAt(config, ["channels"]).flatMap(([name, channel]) => {
    const schema = channelSchemas.get(name) ?? enabled;
    const levels = [
      { path: ["channels", name], level: channel },
      ...recordsAt(channel, ["accounts"]).map(([account, level]) => ({
        path: ["channels", name, "accounts", account],
        level,
      })),
    ];
    return levels.flatMap(({ path, level }) => {
      const result = validate<unknown>(schema, level);
      return result.ok ? [] : below(path, result.issues);
    });
  });
}

function recordsAt(root: unknown, path: readonly string[]): [string, Readonly<Record<string, unknown>>][] {
  const value = valueAt(root, path);
  return Object.entries(isRecord(value) ? value : {}).flatMap(([key, inner]) =>
    isRecord(inner) && !isForbiddenSegment(key) ? [[key, inner]] : [],
  );
}

function repeatedAgents(config: unknown): SchemaIssue[] {
  const list = valueAt(config, ["agents", "list"]);
  const seen = new Set<unknown>();
  return (Array.isArray(list) ? (list as unknown[]) : []).flatMap((agent, index) => {
    const id = valueAt(agent, ["id"]);
    const repeated = typeof id === "string" && seen.has(id);
    seen.add(id);
    const path = ["agents", "list", String(index), "id"];
    return repeated ? [{ path, rule: "repeats the id of an agent before it" }] : [];
  });
}

function below(path: readonly string[], issues: readonly SchemaIssue[]): SchemaIssue[] {
  return issues.map((issue) => ({ path: [...path, ...issue.path], rule: issue.rule }));
}
