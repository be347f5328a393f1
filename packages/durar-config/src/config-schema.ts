import { parseTemplate, readSecretsConfig, validate, type SchemaIssue } from "@durar/secretref-schema";
import * as z from "zod/mini";
import { isAmbiguousGatewayAuth } from "./gateway-auth.ts";

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
const enabled = z.looseObject({ enabled: flag });
const entries = z.optional(z.record(z.string(), z.unknown()));

const agentFields = {
  memorySearch: z.optional(enabled),
  sandbox: z.optional(z.looseObject({ backend: z.optional(text), mode: z.optional(text) })),
};

/**
 * What this product reads of a configuration, and no more: everything else is accepted as it is, since the
 * configuration belongs to the server it configures. Credential fields are checked by the surface, the `secrets`
 * block by its own reader.
 */
const configSchema = z.looseObject({
  gateway: z.optional(
    z.looseObject({
      mode: z.optional(text),
      port: z.optional(z.int().check(z.gte(0), z.lte(65_535))),
      bind: z.optional(text),
      allowedHosts: z.optional(z.array(text)),
      auth: z.optional(
        z.looseObject({ mode: z.optional(z.enum(["token", "password", "none", "trusted-proxy"])) }),
      ),
      remote: z.optional(z.looseObject({ url: z.optional(text) })),
      tailscale: z.optional(z.looseObject({ mode: z.optional(text) })),
    }),
  ),
  agents: z.optional(
    z.looseObject({
      defaults: z.optional(z.looseObject(agentFields)),
      list: z.optional(
        z.array(
          z.looseObject({
            id: text.check(z.minLength(1)),
            agentDir: z.optional(text),
            enabled: flag,
            default: flag,
            ...agentFields,
          }),
        ),
      ),
    }),
  ),
  auth: z.optional(
    z.looseObject({ profiles: z.optional(z.record(z.string(), z.looseObject({ mode: z.optional(text) }))) }),
  ),
  channels: entries,
  models: z.optional(z.looseObject({ providers: z.optional(z.record(z.string(), enabled)) })),
  skills: z.optional(z.looseObject({ entries: z.optional(z.record(z.string(), enabled)) })),
  plugins: z.optional(
    z.looseObject({
      enabled: flag,
      allow: z.optional(z.array(z.string())),
      deny: z.optional(z.array(z.string())),
      entries: z.optional(z.record(z.string(), enabled)),
    }),
  ),
  tools: z.optional(
    z.looseObject({
      web: z.optional(
        z.looseObject({
          search: z.optional(z.looseObject({ enabled: flag, provider: z.optional(text) })),
          fetch: z.optional(z.looseObject({ enabled: flag, provider: z.optional(text) })),
        }),
      ),
    }),
  ),
  talk: z.optional(enabled),
  cron: z.optional(enabled),
});

/** The fields of a channel or an account that decide whether its credentials are in use. */
const channelSchema = z.looseObject({
  enabled: flag,
  mode: z.optional(text),
  connectionMode: z.optional(text),
  webhookUrl: z.optional(text),
  tokenFile: z.optional(text),
});

/**
 * Checks what this product reads of a configuration: the `secrets` block strictly, other fields by type. Credential
 * fields themselves are the surface's to check.
 *
 * @returns every rule that is broken, by its path in the config; empty where all is well
 */
export function validateConfig(config: unknown): readonly SchemaIssue[] {
  const schema = validate(configSchema, config);
  const secrets = readSecretsConfig((config as { readonly secrets?: unknown } | null | undefined)?.secrets);
  return [
    ...(schema.ok ? [] : schema.issues),
    ...secrets.issues.map(({ path, rule }) => ({ path: ["secrets", ...path], rule })),
    ...channelIssues(config),
    ...repeatedAgents(config),
    ...(isAmbiguousGatewayAuth(config) ? [ambiguousAuth] : []),
  ];
}

const ambiguousAuth: SchemaIssue = {
  path: ["gateway", "auth"],
  rule: 'has both token and password: set mode to "token" or "password", or remove one of them',
};

function channelIssues(config: unknown): SchemaIssue[] {
  return recordEntries(config, "channels").flatMap(([name, channel]) => [
    ...levelIssues(["channels", name], channel),
    ...recordEntries(channel, "accounts").flatMap(([id, account]) =>
      levelIssues(["channels", name, "accounts", id], account),
    ),
  ]);
}

/** A channel or account of another type is reported where the surface finds it in its way. */
function levelIssues(base: readonly string[], level: unknown): SchemaIssue[] {
  if (typeof level !== "object" || level === null || Array.isArray(level)) return [];
  const result = validate(channelSchema, level);
  return result.ok ? [] : result.issues.map(({ path, rule }) => ({ path: [...base, ...path], rule }));
}

function repeatedAgents(config: unknown): SchemaIssue[] {
  const agents = (config as { readonly agents?: { readonly list?: unknown } | null } | null | undefined)
    ?.agents;
  const list = Array.isArray(agents?.list) ? (agents.list as { readonly id?: unknown }[]) : [];
  const seen = new Set<unknown>();
  return list.flatMap((agent, index) => {
    const id = agent?.id;
    const repeated = typeof id === "string" && seen.has(id);
    seen.add(id);
    const path = ["agents", "list", String(index), "id"];
    return repeated ? [{ path, rule: "repeats the id of an agent before it" }] : [];
  });
}

function recordEntries(value: unknown, key: string): [string, unknown][] {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return [];
  const inner = (value as Readonly<Record<string, unknown>>)[key];
  return typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.entries(inner) : [];
}
