/**
 * The configuration of a gateway that somebody has begun to move to refs.
 * @param {string} directory the state directory
 */
export const configText = (directory) => `// Gateway of the household. Edited by hand: keep the comments.
{
  gateway: {
    port: 18789,
    auth: {
      mode: "token",
      token: "\${GATEWAY_TOKEN}", // set by the service manager
    },
  },

  secrets: {
    providers: {
      filemain: { source: "file", path: ${JSON.stringify(`${directory}/secrets.json`)} },
      vault: {
        source: "exec",
        command: ${JSON.stringify(`${directory}/vault-resolver`)},
        passEnv: ["PATH"],
        env: { VAULT_TOKEN: "<<vault>>", VAULT_REGION: "eu" },
      },
    },
    defaults: { file: "filemain", exec: "vault" },
  },

  channels: {
    telegram: {
      enabled: true,
      botToken: { source: "exec", provider: "vault", id: "telegram/bot" },
      accounts: {
        family: {}, // uses the token above
        work: { botToken: "<<telegram-work>>" },
        "night.shift": { botToken: '<<telegram-night>>', enabled: false },
      },
    },
    discord: { token: { source: "env", id: "DISCORD_BOT_TOKEN" } },
    slack: {
      mode: "socket",
      /* the app token was never needed */
      appToken: "",
      botToken: "<<slack>>",
    },
    irc: { password: { source: "file", provider: "filemain", id: "/irc" } },
  },

  models: {
    providers: {
      openai: {
        baseUrl: "https://api.openai.com/v1",
        apiKey: { source: "file", provider: "filemain", id: "/providers/openai/apiKey" },
        headers: { "X-Client": "household-gateway", "X-Trace": "on" },
      },
      anthropic: { apiKey: "\${ANTHROPIC_API_KEY}" },
      proxy: {
        baseUrl: "https://llm.internal/v1",
        headers: {
          Authorization: "Bearer \${PROXY_TOKEN}",
          "X-Api-Key": "<<proxy>>",
        },
      },
      local: { apiKey: "ollama-local" },
      /* déjà vu: was "mistral" */ mistral: { apiKey: "<<mistral>>" },
      fireworks: { apiKey: '<<fireworks>>', headers: { "x-auth-token": "<<fireworks-header>>" } },
      // The secrets file has no such entry any more.
      groq: { apiKey: { source: "file", provider: "filemain", id: "/providers/groq/apiKey" } },
    },
  },

  agents: {
    list: [
      { id: "main", default: true },
      { id: "research", memorySearch: { remote: { apiKey: "<<memory>>" } } },
    ],
  },

  talk: { providers: { elevenlabs: { apiKey: "<<elevenlabs>>" } } },

  plugins: {
    entries: {
      acpx: {
        enabled: true,
        config: {
          mcpServers: {
            github: {
              command: "npx",
              args: ["-y", "@modelcontextprotocol/server-github"],
              env: {
                GITHUB_PERSONAL_ACCESS_TOKEN: "<<github>>",
              },
            },
          },
        },
      },
    },
  },
}
`;
