import { ENV_ID_PATTERN } from "@durar/secretref-schema";
import fc from "fast-check";
import { expect, test } from "vitest";
import { suggestEnvId } from "./suggest-env-id.ts";

test.each([
  ["models.providers.openai.apiKey", "OPENAI_API_KEY"],
  ["channels.telegram.accounts.work.botToken", "TELEGRAM_WORK_BOT_TOKEN"],
  ["plugins.entries.acpx.config.mcpServers.github.env.GITHUB_TOKEN", "GITHUB_TOKEN"],
  ["models.providers.proxy.headers.X-Api-Key", "PROXY_X_API_KEY"],
  ["agents.list.0.memorySearch.remote.apiKey", "AGENTS_0_MEMORY_SEARCH_REMOTE_API_KEY"],
  ["agents.list.1.memorySearch.remote.apiKey", "AGENTS_1_MEMORY_SEARCH_REMOTE_API_KEY"],
  ["agents.defaults.sandbox.ssh.identityData", "SANDBOX_SSH_IDENTITY_DATA"],
  ["channels.telegram.accounts.7eleven.botToken", "TELEGRAM_7ELEVEN_BOT_TOKEN"],
  ["gateway.auth.token", "GATEWAY_AUTH_TOKEN"],
  ["profiles.openai:default.key", "OPENAI_DEFAULT_KEY"],
  ["models.providers.ключ.apiKey", "API_KEY"],
  ["models.providers.9.x", "X"],
  ["models", "SECRET"],
])("%s gives %s", (path, id) => {
  expect(suggestEnvId(path.split("."))).toBe(id);
});

test("whatever the path, the suggestion is a valid env id", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom("env", "list", "9", "agents"))), (path) => {
      expect(suggestEnvId(path)).toMatch(ENV_ID_PATTERN);
    }),
  );
  expect(suggestEnvId(["a".repeat(10_000)])).toMatch(ENV_ID_PATTERN);
});
