import {
  always,
  defineSurface,
  entryEnabled,
  featureEnabled,
  type ActivationRule,
  type Surface,
} from "@durar/credential-surface";
import {
  memorySearchAgent,
  memorySearchDefaults,
  sandboxSshAgent,
  sandboxSshDefaults,
} from "./agent-activation.ts";
import {
  channelRule,
  inMode,
  unlessTokenFile,
  withoutMatrixAccessToken,
  withWebhookUrl,
} from "./channel-activation.ts";
import { gatewayAuthActivity, type GatewayAuthPath } from "./gateway-auth.ts";
import type { Layout } from "./layout.ts";
import { oauthGuard } from "./oauth-guard.ts";
import { pluginActivity } from "./plugin-activation.ts";
import { TARGET_ROWS, UNSUPPORTED_ROWS, type Activation } from "./targets.ts";
import { WEB_GROUPS } from "./web-search.ts";

const pluginEnabled: ActivationRule = ({ path: [, , id = ""] }, { config }) => pluginActivity(config, id);

/** A member of a group is decided by the group; the rule of its own is never asked. */
const decidedByGroup: ActivationRule = always;

/** The rule of each activation that the table names. */
function activationRules(layout: Layout): Readonly<Record<Activation, ActivationRule>> {
  return {
    always,
    "entry-enabled": entryEnabled,
    "feature-enabled:talk": featureEnabled("talk"),
    "feature-enabled:messages.tts": featureEnabled("messages.tts"),
    "feature-enabled:cron": featureEnabled("cron"),
    "plugin-enabled": pluginEnabled,
    "memory-search-defaults": memorySearchDefaults,
    "memory-search-agent": memorySearchAgent,
    "sandbox-ssh-defaults": sandboxSshDefaults,
    "sandbox-ssh-agent": sandboxSshAgent,
    "gateway-auth": ({ target }, context) =>
      gatewayAuthActivity(context, layout)[target.id as GatewayAuthPath],
    "web-search": decidedByGroup,
    "web-fetch": decidedByGroup,
    channel: channelRule(),
    "channel:nested:pluralkit": channelRule({ nested: "pluralkit" }),
    "channel:nested:voice": channelRule({ nested: "voice" }),
    "channel:nested:nickserv": channelRule({ nested: "nickserv" }),
    "channel:unless-token-file": channelRule({ unless: unlessTokenFile }),
    "channel:webhook-url": channelRule({ unless: withWebhookUrl }),
    "channel:slack-socket": channelRule({ unless: inMode("mode", "socket", (mode) => mode !== "http") }),
    "channel:slack-http": channelRule({ unless: inMode("mode", "socket", (mode) => mode === "http") }),
    "channel:feishu-webhook": channelRule({
      unless: inMode("connectionMode", "websocket", (mode) => mode === "webhook"),
    }),
    "channel:matrix-password": channelRule({ unless: withoutMatrixAccessToken }),
  };
}

/** The product's credential surface: the table, its rules, groups and policies, for the variables of one layout. */
export function createDurarSurface(layout: Layout): Surface {
  const rules = activationRules(layout);
  const targets = TARGET_ROWS.map(({ activation, ...row }) => ({ ...row, active: rules[activation] }));
  return defineSurface(targets, {
    unsupported: UNSUPPORTED_ROWS,
    groups: WEB_GROUPS,
    policies: [oauthGuard],
  });
}
