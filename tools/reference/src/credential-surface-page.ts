import { TARGET_ROWS, UNSUPPORTED_ROWS, type Activation, type TargetRow } from "@durar/durar-config";
import { code, page, table } from "./page.ts";

/** When the credentials of each rule are in use, in words. */
const MEANINGS: Readonly<Record<Activation, string>> = {
  always: "the agent that owns the store is on",
  "entry-enabled": "its entry is on",
  "feature-enabled:talk": "`talk` is on",
  "feature-enabled:messages.tts": "`messages.tts` is on",
  "feature-enabled:cron": "`cron` is on",
  "plugin-enabled":
    "plugins are on, neither `plugins.deny` nor `plugins.allow` excludes the plugin, and its entry has `enabled: true`",
  "memory-search-defaults":
    "some agent that is on (the default agent where none is listed) has memory search on and no key of its own",
  "memory-search-agent": "the agent and its memory search are on",
  "sandbox-ssh-defaults":
    "some agent that is on has an active ssh sandbox and no own value for this key, or no agents are listed and the defaults say ssh",
  "sandbox-ssh-agent": "the agent is on, its sandbox backend is `ssh` and its sandbox mode is not `off`",
  "gateway-auth": "the gateway's mode and variables let this one win; `durar secrets status` says why",
  "web-search": "web search is on, and this provider is selected or may win in order of precedence",
  "web-fetch": "web fetch is on, and this key is the first that is set",
  channel:
    "in an account: the channel and the account are on. At the top level: the channel is on, and it has no accounts or one that is on inherits it",
  "channel:nested:pluralkit": "as a channel's, and `pluralkit` is on",
  "channel:nested:voice": "as a channel's, and `voice` is on",
  "channel:nested:nickserv": "as a channel's, and `nickserv` is on",
  "channel:unless-token-file": "as a channel's, and no `tokenFile` stands in its place",
  "channel:webhook-url": "as a channel's, where `webhookUrl` is set",
  "channel:slack-socket": "as a channel's, where `mode` is not `http`",
  "channel:slack-http": "as a channel's, where `mode` is `http`",
  "channel:feishu-webhook": "as a channel's, where `connectionMode` is `webhook`",
  "channel:matrix-password": "as a channel's, where no access token is configured",
};

/** `docs/reference/credential-surface.md`: every field that can hold a ref, and those that cannot. */
export function credentialSurfacePage(): string {
  const rules = [...new Set(TARGET_ROWS.map(({ activation }) => activation))];
  return page(
    "Credential surface",
    "Every field that can hold a `SecretRef` in the place of its value. A ref is resolved only where its field is in use; one that is not in use blocks nothing, and is reported with the reason. `*` is any key, `[]` any entry of a list.",
    `${TARGET_ROWS.length} fields can hold a ref.`,
    table(["field", "store", "ref", "value", "in use"], TARGET_ROWS.map(row)),
    "## When a field is in use",
    '"On" means that `enabled` is not `false`.',
    table(
      ["rule", "in use when"],
      rules.map((rule) => [code(rule), MEANINGS[rule]]),
    ),
    "## Fields that hold no ref",
    "They are minted or rotated while the server runs, so that a ref could not follow. A ref there is an error.",
    table(
      ["field", "store", "why"],
      UNSUPPORTED_ROWS.map(({ id, path, store = "config", reason }) => [code(id ?? path), store, reason]),
    ),
  );
}

function row({ id, path = id, store = "config", refPath, expected, activation }: TargetRow): string[] {
  const value = expected === "string-or-object" ? "text or an object" : "text";
  const ref = refPath === undefined ? "in the field" : code(refPath.split(".").at(-1) ?? refPath);
  return [code(path), store, ref, value, code(activation)];
}
