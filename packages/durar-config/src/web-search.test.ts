import { settleGroup, surveySurface } from "@durar/credential-surface";
import { describe, expect, test } from "vitest";
import { createDurarSurface, locateLayout, WEB_SEARCH_PRECEDENCE } from "./index.ts";

const surface = createDurarSurface(locateLayout({ environment: { HOME: "/home/u" } }));
const ref = { source: "exec", provider: "vault", id: "key" };

interface Situation {
  /** `tools.web.search` and `tools.web.fetch`. */
  readonly search?: object;
  readonly fetch?: object;
  /** The key of each plugin, by the plugin's name. */
  readonly keys?: Readonly<Record<string, unknown>>;
  readonly fetchKey?: unknown;
  /** Plugins whose entry says `enabled: false`. */
  readonly disabled?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Paths whose refs resolve. @default all */
  readonly resolved?: readonly string[];
}

/** What becomes of the web credentials: what is asked for, what wins, and why the others do not. */
function webKeys(group: "web-search" | "web-fetch", situation: Situation) {
  const { search, fetch, keys = {}, fetchKey, disabled = [], env = {}, resolved } = situation;
  const names = new Set([
    ...Object.keys(keys),
    ...disabled,
    ...(fetchKey === undefined ? [] : ["firecrawl"]),
  ]);
  const entries = Object.fromEntries(
    [...names].map((name) => [
      name,
      {
        ...(disabled.includes(name) ? { enabled: false } : {}),
        config: {
          ...(name in keys ? { webSearch: { apiKey: keys[name] } } : {}),
          ...(name === "firecrawl" && fetchKey !== undefined ? { webFetch: { apiKey: fetchKey } } : {}),
        },
      },
    ]),
  );
  const config = { tools: { web: { search, fetch } }, plugins: { entries } };
  const survey = surveySurface(surface, {
    stores: [{ kind: "config", value: JSON.parse(JSON.stringify(config)) as unknown }],
    environment: env,
  });
  const surveyed = survey.groups.find((one) => one.group.id === group);
  if (surveyed === undefined) throw new Error("no such group");
  const short = (path: readonly string[]): string =>
    path
      .join(".")
      .replace(/^plugins\.entries\.(\w+)\.config\.\w+\.apiKey$/, "$1")
      .replace("tools.web.", "");
  const settled = settleGroup(
    surveyed,
    ({ path }) => resolved === undefined || resolved.includes(short(path)),
  );
  const own = survey.entries.filter(({ place }) => surveyed.group.targets.includes(place.target.id));
  return {
    asked: own.flatMap(({ place, activity, optional }) =>
      activity.active ? [`${short(place.path)}${optional ? "?" : ""}`] : [],
    ),
    winner: settled.winner,
    failed: settled.failed.map(({ path }) => short(path)),
    off: Object.fromEntries(
      own.flatMap(({ place, activity }) => {
        const { active, reason } = settled.entries.get(place)?.activity ?? activity;
        return active ? [] : [[short(place.path), reason]];
      }),
    ),
    warnings: [...survey.warnings, ...settled.warnings].map(
      ({ code, path = [] }) => `${code} ${short(path)}`,
    ),
  };
}

const search = (situation: Situation) => webKeys("web-search", situation);
const fetch = (situation: Situation) => webKeys("web-fetch", situation);

describe("web search with a provider selected", () => {
  test("requires that provider's key alone", () => {
    expect(
      search({ search: { provider: "gemini" }, keys: { brave: ref, google: ref, xai: "plain" } }),
    ).toEqual({
      asked: ["google"],
      winner: "gemini",
      failed: [],
      off: {
        brave: "gemini takes precedence (tools.web.search.provider is gemini)",
        xai: "gemini takes precedence (tools.web.search.provider is gemini)",
      },
      warnings: ["SECRETS_REF_IGNORED_INACTIVE_SURFACE brave"],
    });
  });

  test.each(WEB_SEARCH_PRECEDENCE.map(({ provider, plugin }) => [provider, plugin]))(
    "finds %s's key in the plugin %s",
    (provider, plugin) => {
      const keys = Object.fromEntries(WEB_SEARCH_PRECEDENCE.map((one) => [one.plugin, ref]));
      expect(search({ search: { provider }, keys }).asked).toEqual([plugin]);
    },
  );

  test("reads the provider's name whatever its case and the space around it", () => {
    expect(search({ search: { provider: " Gemini" }, keys: { brave: ref, google: ref } }).asked).toEqual([
      "google",
    ]);
  });

  test("uses the provider's variable only when no key is configured", () => {
    const selected = { search: { provider: "kimi" }, env: { MOONSHOT_API_KEY: "v" } };
    expect(search({ ...selected, keys: { brave: ref } })).toMatchObject({ asked: [], winner: "kimi" });
    expect(search({ ...selected, keys: { moonshot: ref }, resolved: [] })).toMatchObject({
      asked: ["moonshot"],
      winner: undefined,
    });
    expect(search({ ...selected, keys: { moonshot: " " } })).toMatchObject({ asked: [], winner: "kimi" });
  });

  test("takes brave's key from its plugin, else from tools.web.search.apiKey, which is brave's alone", () => {
    expect(search({ search: { provider: "brave", apiKey: ref } })).toMatchObject({
      asked: ["search.apiKey"],
      winner: "brave",
    });
    expect(search({ search: { provider: "brave", apiKey: ref }, keys: { brave: ref } })).toMatchObject({
      asked: ["brave"],
      off: { "search.apiKey": "plugins.entries.brave.config.webSearch.apiKey takes precedence" },
    });
    expect(search({ search: { provider: "exa", apiKey: ref }, keys: { exa: ref } }).asked).toEqual(["exa"]);
  });

  test.each(["duckduckgo", "searxng"])("that has no row, such as %s, warns and uses no key", (provider) => {
    expect(search({ search: { provider, apiKey: ref }, keys: { exa: "plain" } })).toEqual({
      asked: [],
      winner: undefined,
      failed: [],
      off: {
        "search.apiKey": `tools.web.search.provider is ${provider}, which has no key known here`,
        exa: `tools.web.search.provider is ${provider}, which has no key known here`,
      },
      warnings: [
        "SECRETS_REF_IGNORED_INACTIVE_SURFACE search.apiKey",
        "WEB_SEARCH_PROVIDER_WITHOUT_KEY search.provider",
      ],
    });
  });

  test("whose plugin is off warns and uses no key, its own neither", () => {
    const reason = "tools.web.search.provider is exa, whose plugins.entries.exa.enabled is false";
    expect(
      search({ search: { provider: "exa" }, keys: { exa: ref, brave: "x" }, disabled: ["exa"] }),
    ).toMatchObject({
      asked: [],
      off: { exa: reason, brave: reason },
      warnings: [
        "SECRETS_REF_IGNORED_INACTIVE_SURFACE exa",
        "WEB_SEARCH_PROVIDER_WITHOUT_KEY search.provider",
      ],
    });
  });
});

describe("web search without a provider", () => {
  test("asks, in order of precedence, for every ref up to the first key that is sure", () => {
    const keys = { exa: ref, brave: ref, perplexity: "plain", google: "${G}", tavily: "later" };
    expect(search({ keys })).toMatchObject({ asked: ["brave?", "google?", "perplexity"], winner: "brave" });
    expect(search({ keys }).off).toEqual({
      google: "brave takes precedence (tools.web.search.provider is not set)",
      perplexity: "brave takes precedence (tools.web.search.provider is not set)",
      exa: "brave takes precedence (tools.web.search.provider is not set)",
      tavily: "brave takes precedence (tools.web.search.provider is not set)",
    });
  });

  test.each([[{}], [{ provider: "" }], [{ provider: null }], [{ enabled: true }]])(
    "is what %j means",
    (settings) => {
      expect(search({ search: settings, keys: { xai: ref } })).toMatchObject({
        asked: ["xai?"],
        winner: "grok",
      });
    },
  );

  test("warns of each ref that failed on the way to the winner", () => {
    expect(
      search({ keys: { brave: ref, google: ref, xai: ref, exa: ref }, resolved: ["xai", "exa"] }),
    ).toMatchObject({
      winner: "grok",
      warnings: [
        "WEB_SEARCH_KEY_UNRESOLVED brave",
        "WEB_SEARCH_KEY_UNRESOLVED google",
        "SECRETS_REF_IGNORED_INACTIVE_SURFACE exa",
      ],
    });
  });

  test("fails where refs are configured and none resolves, even when its variable is set", () => {
    const env = { BRAVE_API_KEY: "v" };
    expect(search({ keys: { brave: ref, exa: ref }, resolved: [], env })).toMatchObject({
      winner: undefined,
      failed: ["brave", "exa"],
    });
  });

  test("falls through a failed ref to another provider's variable only with a warning", () => {
    const outcome = search({ keys: { brave: ref }, resolved: [], env: { GEMINI_API_KEY: "v" } });
    expect(outcome).toMatchObject({ winner: "gemini", warnings: ["WEB_SEARCH_KEY_UNRESOLVED brave"] });
  });

  test("stops at a variable, which counts where no key is configured", () => {
    const env = { XAI_API_KEY: "v" };
    expect(search({ keys: { google: ref, exa: ref }, env })).toMatchObject({
      asked: ["google?"],
      winner: "gemini",
    });
    expect(search({ keys: { exa: ref }, env })).toMatchObject({ asked: [], winner: "grok" });
  });

  test("leaves out a provider whose plugin is off, its variable and brave's older field too", () => {
    const env = { BRAVE_API_KEY: "v" };
    const outcome = search({
      search: { apiKey: ref },
      keys: { brave: ref, exa: ref },
      disabled: ["brave"],
      env,
    });
    expect(outcome).toMatchObject({ asked: ["exa?"], winner: "exa" });
    expect(outcome.off).toEqual({
      brave: "plugins.entries.brave.enabled is false",
      "search.apiKey": "plugins.entries.brave.enabled is false",
    });
  });

  test("does not need a plugin to be enabled, only not to be off", () => {
    expect(search({ keys: { exa: "plain" } }).winner).toBe("exa");
  });

  test("with nothing configured has no winner and no failure", () => {
    expect(search({})).toEqual({ asked: [], winner: undefined, failed: [], off: {}, warnings: [] });
  });
});

test("web search that is off uses no key, whatever is selected", () => {
  const reason = "tools.web.search.enabled is false";
  expect(
    search({ search: { enabled: false, provider: "exa" }, keys: { exa: ref }, env: { EXA_API_KEY: "v" } }),
  ).toEqual({
    asked: [],
    winner: undefined,
    failed: [],
    off: { exa: reason },
    warnings: ["SECRETS_REF_IGNORED_INACTIVE_SURFACE exa"],
  });
});

describe("web fetch", () => {
  test("knows firecrawl alone, by its plugin's field, then by the older one, then by its variable", () => {
    const older = { firecrawl: { apiKey: ref } };
    expect(fetch({ fetchKey: ref, fetch: older })).toMatchObject({
      asked: ["firecrawl?"],
      winner: "firecrawl",
      off: { "fetch.firecrawl.apiKey": "plugins.entries.firecrawl.config.webFetch.apiKey takes precedence" },
    });
    expect(fetch({ fetch: older })).toMatchObject({
      asked: ["fetch.firecrawl.apiKey?"],
      winner: "firecrawl",
    });
    expect(fetch({ env: { FIRECRAWL_API_KEY: "v" } })).toMatchObject({ asked: [], winner: "firecrawl" });
    expect(fetch({ keys: { brave: "plain" }, env: { BRAVE_API_KEY: "v" } }).winner).toBeUndefined();
  });

  test("fails where its ref does not resolve", () => {
    const env = { FIRECRAWL_API_KEY: "v" };
    expect(fetch({ fetchKey: ref, resolved: [], env })).toMatchObject({
      winner: undefined,
      failed: ["firecrawl"],
    });
    expect(fetch({ fetch: { provider: "firecrawl" }, fetchKey: ref, resolved: [], env })).toMatchObject({
      asked: ["firecrawl"],
      winner: undefined,
    });
  });

  test("is off by its own switch, or with firecrawl's plugin", () => {
    expect(fetch({ fetch: { enabled: false }, fetchKey: ref }).off).toEqual({
      firecrawl: "tools.web.fetch.enabled is false",
    });
    expect(fetch({ fetchKey: ref, disabled: ["firecrawl"] }).off).toEqual({
      firecrawl: "plugins.entries.firecrawl.enabled is false",
    });
    expect(fetch({ search: { enabled: false }, fetchKey: ref }).asked).toEqual(["firecrawl?"]);
  });
});
