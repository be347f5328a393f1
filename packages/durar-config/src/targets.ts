import type { TargetDefinition, UnsupportedPath } from "@durar/credential-surface";
import { SSH_MATERIAL } from "./ssh-sandbox.ts";

/** When a target is in use, by the name of its rule. */
export type Activation =
  | "always"
  | "entry-enabled"
  | `feature-enabled:${"talk" | "messages.tts" | "cron"}`
  | "plugin-enabled"
  | `memory-search-${"defaults" | "agent"}`
  | `sandbox-ssh-${"defaults" | "agent"}`
  | "gateway-auth"
  | "web-search"
  | "web-fetch"
  | "channel"
  | `channel:nested:${"pluralkit" | "voice" | "nickserv"}`
  | "channel:unless-token-file"
  | "channel:webhook-url"
  | `channel:slack-${"socket" | "http"}`
  | "channel:feishu-webhook"
  | "channel:matrix-password";

/** One row of the table: a target whose activation rule is named, not yet given. */
export type TargetRow = Omit<TargetDefinition, "active"> & { readonly activation: Activation };

function field(path: string, activation: Activation, more: Partial<TargetRow> = {}): TargetRow {
  return { id: path, activation, ...more };
}

/** A model provider's field: plans have long called it by the path without its wildcards. */
function modelProvider(path: string, more: Partial<TargetRow> = {}): TargetRow {
  const planType = path.replaceAll(".*", "");
  return field(path, "entry-enabled", { planType, planTypeAliases: [path], ...more });
}

/** A profile of an agent's own store, with a sibling field for its ref. */
function profile(type: string, name: string): TargetRow {
  const path = `profiles.*.${name}`;
  const id = `auth-profiles.${type}.${name}`;
  const fields = { path, refPath: `${path}Ref`, profileType: type, planType: id };
  return { id, store: "auth-profiles", activation: "always", ...fields };
}

/** One credential of a channel: at its top level, and in each of its accounts. */
function channel(
  name: string,
  credential: string,
  activation: Activation = "channel",
  more: Partial<TargetRow> = {},
): readonly [top: TargetRow, account: TargetRow] {
  return [
    field(`channels.${name}.${credential}`, activation, more),
    field(`channels.${name}.accounts.*.${credential}`, activation, { ...more, accountSegment: 3 }),
  ];
}

/** A plugin's key for a web tool. */
function plugin(name: string, use: "webSearch" | "webFetch"): TargetRow {
  const activation = use === "webSearch" ? "web-search" : "web-fetch";
  return field(`plugins.entries.${name}.config.${use}.apiKey`, activation);
}

const [voice, accountVoice] = channel("discord", "voice.tts.providers.*.apiKey", "channel:nested:voice");
const [googleChat, accountGoogleChat] = channel("googlechat", "serviceAccount", "channel", {
  expected: "string-or-object",
  planType: "channels.googlechat.serviceAccount",
});

/** The 80 fields that can hold a credential. This one table drives discovery, activation, audit, plans and redaction. */
export const TARGET_ROWS: readonly TargetRow[] = Object.freeze([
  profile("api_key", "key"),
  profile("token", "token"),
  modelProvider("models.providers.*.apiKey", { providerSegment: 2, tracksShadowing: true }),
  modelProvider("models.providers.*.headers.*", { providerSegment: 2 }),
  modelProvider("skills.entries.*.apiKey"),
  field("agents.defaults.memorySearch.remote.apiKey", "memory-search-defaults"),
  field("agents.list[].memorySearch.remote.apiKey", "memory-search-agent"),
  ...SSH_MATERIAL.map((name) => field(`agents.defaults.sandbox.ssh.${name}`, "sandbox-ssh-defaults")),
  ...SSH_MATERIAL.map((name) => field(`agents.list[].sandbox.ssh.${name}`, "sandbox-ssh-agent")),
  field("talk.apiKey", "feature-enabled:talk"),
  field("talk.providers.*.apiKey", "feature-enabled:talk", { providerSegment: 2 }),
  field("messages.tts.providers.*.apiKey", "feature-enabled:messages.tts", { providerSegment: 3 }),
  field("cron.webhookToken", "feature-enabled:cron"),
  field("gateway.auth.token", "gateway-auth"),
  field("gateway.auth.password", "gateway-auth"),
  field("gateway.remote.token", "gateway-auth"),
  field("gateway.remote.password", "gateway-auth"),
  field("tools.web.search.apiKey", "web-search"),
  field("tools.web.fetch.firecrawl.apiKey", "web-fetch"),
  ...["brave", "google", "xai", "moonshot", "perplexity", "firecrawl", "exa", "tavily"].map((name) =>
    plugin(name, "webSearch"),
  ),
  plugin("firecrawl", "webFetch"),
  field("plugins.entries.acpx.config.mcpServers.*.env.*", "plugin-enabled"),
  ...channel("telegram", "botToken", "channel:unless-token-file"),
  ...channel("telegram", "webhookSecret", "channel:webhook-url"),
  ...channel("slack", "botToken"),
  ...channel("slack", "appToken", "channel:slack-socket"),
  ...channel("slack", "userToken"),
  ...channel("slack", "signingSecret", "channel:slack-http"),
  ...channel("discord", "token"),
  ...channel("discord", "pluralkit.token", "channel:nested:pluralkit"),
  { ...voice, providerSegment: 5 },
  { ...accountVoice, providerSegment: 7 },
  ...channel("irc", "password"),
  ...channel("irc", "nickserv.password", "channel:nested:nickserv"),
  ...channel("bluebubbles", "password"),
  ...channel("feishu", "appSecret"),
  ...channel("feishu", "encryptKey", "channel:feishu-webhook"),
  ...channel("feishu", "verificationToken", "channel:feishu-webhook"),
  field("channels.msteams.appPassword", "channel"),
  ...channel("mattermost", "botToken"),
  ...channel("matrix", "accessToken"),
  ...channel("matrix", "password", "channel:matrix-password"),
  ...channel("nextcloud-talk", "botSecret"),
  ...channel("nextcloud-talk", "apiPassword"),
  ...channel("zalo", "botToken"),
  ...channel("zalo", "webhookSecret", "channel:webhook-url"),
  { ...googleChat, refPath: "channels.googlechat.serviceAccountRef" },
  {
    ...accountGoogleChat,
    refPath: "channels.googlechat.accounts.*.serviceAccountRef",
    planTypeAliases: [accountGoogleChat.id],
  },
]);

/** One path that takes no ref. Documents name it by its `id`, which is the path where none is given. */
export type UnsupportedRow = UnsupportedPath & { readonly id?: string };

const mintedAtRunTime = "it is minted at run time";
const sessionKeys = "the session's key material rotates at run time";

/** The nine paths that hold credentials and take no ref, and why. */
export const UNSUPPORTED_ROWS: readonly UnsupportedRow[] = Object.freeze([
  { path: "commands.ownerDisplaySecret", reason: "the gateway generates and rewrites it" },
  { path: "hooks.token", reason: "it authenticates callers from outside and is read before activation" },
  { path: "hooks.gmail.pushToken", reason: "it is minted when the push subscription is made" },
  { path: "hooks.mappings[].sessionKey", reason: "it names a session and is made at run time" },
  {
    id: "auth-profiles.oauth.*",
    path: "profiles.*.*",
    store: "auth-profiles",
    profileType: "oauth",
    reason: "OAuth credentials rotate at run time",
  },
  { path: "channels.discord.threadBindings.webhookToken", reason: mintedAtRunTime },
  { path: "channels.discord.accounts.*.threadBindings.webhookToken", reason: mintedAtRunTime },
  { path: "channels.whatsapp.creds.json", reason: sessionKeys },
  { path: "channels.whatsapp.accounts.*.creds.json", reason: sessionKeys },
]);
