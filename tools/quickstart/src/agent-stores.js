const json = (/** @type {unknown} */ value) => `${JSON.stringify(value, undefined, 2)}\n`;

/**
 * The stores of two agents, by file.
 * @type {Readonly<Record<string, string>>}
 */
export const agentStores = {
  "agents/main/agent/auth-profiles.json": json({
    version: 1,
    profiles: {
      "openrouter:default": { type: "api_key", provider: "openrouter", key: "<<openrouter>>" },
      "deepseek:default": {
        type: "api_key",
        provider: "deepseek",
        keyRef: { source: "env", provider: "default", id: "DISCORD_BOT_TOKEN" },
      },
      "xai:default": { type: "api_key", provider: "xai", key: "<<xai>>" },
      "empty:default": { type: "token", provider: "zai", token: "" },
    },
  }),
  "agents/research/agent/auth-profiles.json": json({
    version: 1,
    profiles: {
      "copilot:default": { type: "token", provider: "github-copilot", token: "<<copilot>>" },
    },
  }),
  "agents/main/agent/models.json": json({
    providers: {
      openai: { apiKey: "secretref-managed", headers: { Authorization: "secretref-env:PROXY_TOKEN" } },
      cerebras: { apiKey: "CEREBRAS_API_KEY" },
      fireworks: {
        apiKey: "<<fireworks>>",
        headers: { "x-auth-token": "<<fireworks-header>>", accept: "text/plain" },
      },
    },
  }),
  "agents/main/agent/auth.json": json({
    xai: { type: "api_key", key: "<<xai|LEGACY_RESIDUE|warn>>" },
  }),
};
