import { parsePath } from "@durar/credential-surface";
import { expect, test } from "vitest";
import { credentialVariables, locateLayout } from "./index.ts";

const layout = locateLayout({ environment: { HOME: "/home/u" }, cwd: "/" });

const variablesOf = (targetId: string, path = targetId, provider?: string): readonly string[] =>
  credentialVariables({ targetId, path: parsePath(path) ?? [], provider }, layout);

test.each([
  ["models.providers.*.apiKey", "models.providers.OpenAI.apiKey", "OpenAI", ["OPENAI_API_KEY"]],
  ["models.providers.*.apiKey", "models.providers.z-ai.apiKey", "z-ai", ["ZAI_API_KEY", "Z_AI_API_KEY"]],
  ["models.providers.*.apiKey", "models.providers.constructor.apiKey", "constructor", []],
  ["models.providers.*.headers.*", "models.providers.openai.headers.Authorization", "openai", []],
  ["auth-profiles.api_key.key", "profiles.a.key", "groq", ["GROQ_API_KEY"]],
  ["channels.slack.botToken", "channels.slack.botToken", undefined, ["SLACK_BOT_TOKEN"]],
  [
    "channels.slack.accounts.*.appToken",
    "channels.slack.accounts.a.appToken",
    undefined,
    ["SLACK_APP_TOKEN"],
  ],
  ["channels.discord.token", "channels.discord.token", undefined, ["DISCORD_BOT_TOKEN"]],
  ["channels.telegram.webhookSecret", "channels.telegram.webhookSecret", undefined, []],
  ["gateway.auth.token", "gateway.auth.token", undefined, layout.gatewayTokenVariables],
  ["gateway.auth.password", "gateway.auth.password", undefined, layout.gatewayPasswordVariables],
  ["gateway.remote.token", "gateway.remote.token", undefined, []],
  [
    "plugins.entries.acpx.config.mcpServers.*.env.*",
    "plugins.entries.acpx.config.mcpServers.github.env.GITHUB_PAT",
    undefined,
    ["GITHUB_PAT"],
  ],
  ["tools.web.search.apiKey", "tools.web.search.apiKey", undefined, ["BRAVE_API_KEY"]],
  ["tools.web.fetch.firecrawl.apiKey", "tools.web.fetch.firecrawl.apiKey", undefined, ["FIRECRAWL_API_KEY"]],
  [
    "plugins.entries.google.config.webSearch.apiKey",
    "plugins.entries.google.config.webSearch.apiKey",
    undefined,
    ["GEMINI_API_KEY"],
  ],
  ["talk.apiKey", "talk.apiKey", undefined, []],
] as const)("%s: the customary variables of %s", (targetId, path, provider, expected) => {
  expect(variablesOf(targetId, path, provider)).toEqual(expected);
});
