import type { Path } from "@durar/credential-surface";
import type { Layout } from "./layout.ts";
import { CHANNEL_VARIABLES, MODEL_PROVIDER_VARIABLES, WEB_SEARCH_PRECEDENCE } from "./known-names.ts";
import { canonicalProvider } from "./name-rules.ts";

/** A credential field, as far as the names of its variables depend on it. */
export interface CredentialField {
  /** The id of its target. */
  readonly targetId: string;
  readonly path: Path;
  /** The model provider it is for, where it is for one. */
  readonly provider?: string | undefined;
}

/** The environment variables that hold a field's credential by custom, the usual one first; none where none is known. */
export function credentialVariables(
  { targetId, path, provider }: CredentialField,
  layout: Pick<Layout, "gatewayTokenVariables" | "gatewayPasswordVariables">,
): readonly string[] {
  const [area = "", owner = ""] = path;
  if (path.at(-2) === "headers") return [];
  if (provider !== undefined) return ownRow(MODEL_PROVIDER_VARIABLES, canonicalProvider(provider));
  if (targetId === "gateway.auth.token") return layout.gatewayTokenVariables;
  if (targetId === "gateway.auth.password") return layout.gatewayPasswordVariables;
  if (area === "channels") return channelVariables(owner, path.at(-1) ?? "");
  if (path.at(-2) === "env") return path.slice(-1);
  return webVariables(path);
}

/** Those of the channel's that end like the field: `botToken` is in `SLACK_BOT_TOKEN`. */
function channelVariables(channel: string, field: string): readonly string[] {
  const ending = `_${field.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase()}`;
  return ownRow(CHANNEL_VARIABLES, channel).filter((name) => name.endsWith(ending));
}

function webVariables(path: Path): readonly string[] {
  const [area, kind, name] = path;
  const older = path.join(".") === "tools.web.search.apiKey" ? "brave" : path[3];
  const plugin = area === "plugins" && kind === "entries" ? name : area === "tools" ? older : undefined;
  return WEB_SEARCH_PRECEDENCE.find((row) => row.plugin === plugin)?.env ?? [];
}

function ownRow(table: Readonly<Record<string, readonly string[]>>, key: string): readonly string[] {
  return Object.hasOwn(table, key) ? (table[key] ?? []) : [];
}
