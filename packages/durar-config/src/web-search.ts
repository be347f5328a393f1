import {
  valueAt,
  type FirstOfGroup,
  type GroupCandidate,
  type GroupRanking,
  type Place,
  type SurfaceContext,
} from "@durar/credential-surface";
import { printable, type Environment } from "@durar/secretref-schema";
import { WEB_SEARCH_PRECEDENCE, type WebSearchProvider } from "./known-names.ts";
import { firstSet } from "./layout.ts";

/** What web search and web fetch have in common: providers, each with its plugin's field and perhaps an older one. */
interface WebTool {
  readonly id: "web-search" | "web-fetch";
  /** Where the tool's own settings lie. */
  readonly settings: readonly string[];
  readonly providers: readonly WebSearchProvider[];
  /** The target of a plugin's field. */
  readonly pluginTarget: (plugin: string) => string;
  /** The older field, which one provider alone reads. */
  readonly fallback: { readonly provider: string; readonly target: string };
}

const search: WebTool = {
  id: "web-search",
  settings: ["tools", "web", "search"],
  providers: WEB_SEARCH_PRECEDENCE,
  pluginTarget: (plugin) => `plugins.entries.${plugin}.config.webSearch.apiKey`,
  fallback: { provider: "brave", target: "tools.web.search.apiKey" },
};

const fetch: WebTool = {
  id: "web-fetch",
  settings: ["tools", "web", "fetch"],
  providers: WEB_SEARCH_PRECEDENCE.filter(({ provider }) => provider === "firecrawl"),
  pluginTarget: (plugin) => `plugins.entries.${plugin}.config.webFetch.apiKey`,
  fallback: { provider: "firecrawl", target: "tools.web.fetch.firecrawl.apiKey" },
};

/** The groups of web credentials: of each, one is used. */
export const WEB_GROUPS: readonly FirstOfGroup[] = Object.freeze([search, fetch].map(webGroup));

function webGroup(tool: WebTool): FirstOfGroup {
  return {
    id: tool.id,
    targets: [tool.fallback.target, ...tool.providers.map(({ plugin }) => tool.pluginTarget(plugin))],
    rank: (context) => rank(tool, context),
    unresolvedCode: "WEB_SEARCH_KEY_UNRESOLVED",
  };
}

function rank(tool: WebTool, context: SurfaceContext): GroupRanking {
  const { config } = context;
  const at = (name: string): string => [...tool.settings, name].join(".");
  if (valueAt(config, [...tool.settings, "enabled"]) === false)
    return { mode: "off", reason: `${at("enabled")} is false`, candidates: [] };

  const enabled = tool.providers.filter(
    ({ plugin }) => valueAt(config, ["plugins", "entries", plugin, "enabled"]) !== false,
  );
  const selected = valueAt(config, [...tool.settings, "provider"]);
  if (typeof selected !== "string" || selected.trim() === "") {
    const candidates = enabled.map((provider) => candidate(tool, provider, context));
    return { mode: "first", reason: `${at("provider")} is not set`, candidates };
  }
  const name = printable(selected.slice(0, 64));
  const chosen = enabled.find(({ provider }) => provider === selected);
  if (chosen !== undefined)
    return {
      mode: "one",
      reason: `${at("provider")} is ${name}`,
      candidates: [candidate(tool, chosen, context)],
    };
  const known = tool.providers.find(({ provider }) => provider === selected);
  const why =
    known === undefined
      ? `needs no key known here`
      : `is off because plugins.entries.${known.plugin}.enabled is false`;
  return {
    mode: "off",
    reason: `${at("provider")} is ${name}, which ${why}`,
    candidates: [],
    warnings: [
      {
        code: "WEB_SEARCH_PROVIDER_WITHOUT_KEY",
        message: `${at("provider")} is ${name}, which ${why}; no key of this tool is in use`,
        store: context.stores.find(({ kind }) => kind === "config"),
        path: [...tool.settings, "provider"],
      },
    ],
  };
}

/** A provider's credential: its plugin's field, else the older one, else its variable where neither is configured. */
function candidate(tool: WebTool, provider: WebSearchProvider, context: SurfaceContext): GroupCandidate {
  const targets = [tool.pluginTarget(provider.plugin)];
  if (provider.provider === tool.fallback.provider) targets.push(tool.fallback.target);
  const place = targets.flatMap(context.placesOf).find(isConfigured);
  const available =
    place === undefined ? hasVariable(provider, context.environment) : place.input.kind === "plaintext";
  return { name: provider.provider, place, available };
}

function isConfigured({ input }: Place): boolean {
  return input.kind !== "absent" && input.kind !== "empty";
}

function hasVariable({ env }: WebSearchProvider, environment: Environment): boolean {
  return firstSet(env, environment) !== undefined;
}
