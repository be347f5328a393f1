import {
  formatPath,
  valueAt,
  type FirstOfGroup,
  type GroupCandidate,
  type GroupRanking,
  type Place,
  type SurfaceContext,
} from "@durar/credential-surface";
import { printable } from "@durar/secretref-schema";
import { WEB_SEARCH_PRECEDENCE, type WebSearchProvider } from "./known-names.ts";
import { firstSet, isBlank } from "./first-set.ts";

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
  const { config, stores } = context;
  const setting = (name: string): unknown => valueAt(config, [...tool.settings, name]);
  const providerPath = [...tool.settings, "provider"];
  const selected = setting("provider");
  if (setting("enabled") === false)
    return { mode: "off", reason: `${formatPath([...tool.settings, "enabled"])} is false`, candidates: [] };

  const credentials = tool.providers.map((provider) => credentialOf(tool, provider, context));
  if (typeof selected !== "string" || isBlank(selected))
    return {
      mode: "first",
      reason: `${formatPath(providerPath)} is not set`,
      candidates: credentials.flatMap(({ candidate, switchedOff }) =>
        switchedOff === undefined ? [candidate] : [],
      ),
      excluded: new Map(credentials.flatMap(({ unused }) => unused)),
    };

  const reason = `${formatPath(providerPath)} is ${printable(selected.slice(0, 64))}`;
  const name = selected.trim().toLowerCase();
  const chosen = credentials.find(({ candidate }) => candidate.name === name);
  const without = (why: string): GroupRanking => ({
    mode: "off",
    reason: `${reason}, ${why}`,
    candidates: [],
    warnings: [
      {
        code: "WEB_SEARCH_PROVIDER_WITHOUT_KEY",
        message: `${reason}, ${why}; no key of this tool is in use`,
        store: stores.find(({ kind }) => kind === "config"),
        path: providerPath,
      },
    ],
  });
  if (chosen === undefined) return without("which has no key known here");
  if (chosen.switchedOff !== undefined) return without(`whose ${chosen.switchedOff}`);
  return { mode: "one", reason, candidates: [chosen.candidate], excluded: new Map(chosen.unused) };
}

/** What a provider brings to a tool. */
interface Credential {
  readonly candidate: GroupCandidate;
  /** Why the provider is no candidate, or `undefined` where it is one. */
  readonly switchedOff: string | undefined;
  /** Its places that are not used, and why. */
  readonly unused: readonly (readonly [Place, string])[];
}

/** A provider's credential: its plugin's field, else the older one, else its variable where neither is configured. */
function credentialOf(
  tool: WebTool,
  { provider, plugin, env }: WebSearchProvider,
  { config, placesOf, environment }: SurfaceContext,
): Credential {
  const targets = [tool.pluginTarget(plugin)];
  if (provider === tool.fallback.provider) targets.push(tool.fallback.target);
  const places = targets.flatMap(placesOf).filter(({ input }) => input.kind !== "empty");
  const pluginSwitch = ["plugins", "entries", plugin, "enabled"];
  const switchedOff =
    valueAt(config, pluginSwitch) === false ? `${formatPath(pluginSwitch)} is false` : undefined;

  const [place, ...others] = places;
  const available =
    place === undefined ? firstSet(env, environment) !== undefined : place.input.kind === "plaintext";
  const unused =
    switchedOff === undefined
      ? others.map((other) => [other, `${formatPath(place?.inputPath ?? [])} takes precedence`] as const)
      : places.map((other) => [other, switchedOff] as const);
  return { candidate: { name: provider, place, available }, switchedOff, unused };
}
