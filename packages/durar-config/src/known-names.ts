/** Names that tell credentials from other settings: variables, headers, markers. Data, not judgement. */

/** The environment variables of each model provider, first the usual one. */
export const MODEL_PROVIDER_VARIABLES: Readonly<Record<string, readonly string[]>> = Object.freeze({
  anthropic: ["ANTHROPIC_API_KEY", "ANTHROPIC_OAUTH_TOKEN"],
  brave: ["BRAVE_API_KEY"],
  byteplus: ["BYTEPLUS_API_KEY"],
  cerebras: ["CEREBRAS_API_KEY"],
  chutes: ["CHUTES_API_KEY", "CHUTES_OAUTH_TOKEN"],
  "cloudflare-ai-gateway": ["CLOUDFLARE_AI_GATEWAY_API_KEY"],
  deepgram: ["DEEPGRAM_API_KEY"],
  deepseek: ["DEEPSEEK_API_KEY"],
  elevenlabs: ["ELEVENLABS_API_KEY"],
  exa: ["EXA_API_KEY"],
  fal: ["FAL_KEY"],
  firecrawl: ["FIRECRAWL_API_KEY"],
  fireworks: ["FIREWORKS_API_KEY"],
  "github-copilot": ["COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"],
  google: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
  groq: ["GROQ_API_KEY"],
  huggingface: ["HUGGINGFACE_HUB_TOKEN", "HF_TOKEN"],
  kilocode: ["KILOCODE_API_KEY"],
  kimi: ["KIMI_API_KEY", "KIMICODE_API_KEY"],
  litellm: ["LITELLM_API_KEY"],
  "microsoft-foundry": ["AZURE_OPENAI_API_KEY"],
  minimax: ["MINIMAX_API_KEY"],
  "minimax-portal": ["MINIMAX_OAUTH_TOKEN", "MINIMAX_API_KEY"],
  mistral: ["MISTRAL_API_KEY"],
  modelstudio: ["MODELSTUDIO_API_KEY"],
  moonshot: ["MOONSHOT_API_KEY"],
  nvidia: ["NVIDIA_API_KEY"],
  ollama: ["OLLAMA_API_KEY"],
  openai: ["OPENAI_API_KEY"],
  opencode: ["OPENCODE_API_KEY", "OPENCODE_ZEN_API_KEY"],
  openrouter: ["OPENROUTER_API_KEY"],
  perplexity: ["PERPLEXITY_API_KEY"],
  qianfan: ["QIANFAN_API_KEY"],
  "qwen-dashscope": ["DASHSCOPE_API_KEY"],
  sglang: ["SGLANG_API_KEY"],
  synthetic: ["SYNTHETIC_API_KEY"],
  tavily: ["TAVILY_API_KEY"],
  together: ["TOGETHER_API_KEY"],
  venice: ["VENICE_API_KEY"],
  "vercel-ai-gateway": ["AI_GATEWAY_API_KEY"],
  vllm: ["VLLM_API_KEY"],
  volcengine: ["VOLCANO_ENGINE_API_KEY"],
  voyage: ["VOYAGE_API_KEY"],
  xai: ["XAI_API_KEY"],
  xiaomi: ["XIAOMI_API_KEY"],
  zai: ["ZAI_API_KEY", "Z_AI_API_KEY"],
});

/** The environment variables of each channel. */
export const CHANNEL_VARIABLES: Readonly<Record<string, readonly string[]>> = Object.freeze({
  telegram: ["TELEGRAM_BOT_TOKEN"],
  discord: ["DISCORD_BOT_TOKEN"],
  slack: ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_USER_TOKEN", "SLACK_SIGNING_SECRET"],
  matrix: ["MATRIX_ACCESS_TOKEN", "MATRIX_PASSWORD"],
  mattermost: ["MATTERMOST_BOT_TOKEN"],
  msteams: ["MSTEAMS_APP_PASSWORD"],
});

/** A variable whose name ends like this holds a secret. */
export const SECRET_NAME_SUFFIXES: readonly string[] = Object.freeze([
  "_API_KEY",
  "_TOKEN",
  "_SECRET",
  "_PASSWORD",
  "_PRIVATE_KEY",
  "_ACCESS_KEY",
  "_SIGNING_KEY",
  "_CREDENTIALS",
]);

/** Other spellings of a model provider's name. */
export const PROVIDER_ALIASES: Readonly<Record<string, string>> = Object.freeze({
  "z.ai": "zai",
  "z-ai": "zai",
  "opencode-zen": "opencode",
  "opencode-go-auth": "opencode-go",
  "kimi-code": "kimi",
  "kimi-coding": "kimi",
  bedrock: "amazon-bedrock",
  "aws-bedrock": "amazon-bedrock",
  bytedance: "volcengine",
  doubao: "volcengine",
});

/** Values that stand where a credential would and are none. */
export const NON_SECRET_MARKERS: {
  readonly apiKey: readonly string[];
  readonly apiKeyPrefixes: readonly string[];
  readonly headers: readonly string[];
  readonly headerPrefixes: readonly string[];
} = Object.freeze({
  apiKey: [
    "secretref-managed",
    "minimax-oauth",
    "ollama-local",
    "custom-local",
    "lmstudio-local",
    "codex-app-server",
    "gcp-vertex-credentials",
  ],
  apiKeyPrefixes: ["oauth:"],
  headers: ["secretref-managed"],
  headerPrefixes: ["secretref-env:"],
});

/** Names of the AWS credential chain that generated models files hold in place of a key. */
export const MODELS_FILE_NAMES: readonly string[] = Object.freeze([
  "AWS_BEARER_TOKEN_BEDROCK",
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
]);

/** Header names, lower case, that carry credentials: in full, or by a part of the name. */
export const SENSITIVE_HEADERS: {
  readonly exact: readonly string[];
  readonly fragments: readonly string[];
} = Object.freeze({
  exact: [
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "api-key",
    "apikey",
    "x-auth-token",
    "auth-token",
    "x-access-token",
    "access-token",
    "x-secret-key",
    "secret-key",
    "cookie",
    "x-auth",
    "x-access-key",
    "ocp-apim-subscription-key",
  ],
  fragments: ["api-key", "apikey", "token", "secret", "password", "credential"],
});

/** One web-search provider, in order of precedence. */
export interface WebSearchProvider {
  readonly provider: string;
  /** Its id under `plugins.entries`. */
  readonly plugin: string;
  readonly env: readonly string[];
}

/** Web-search providers in the order in which they are tried when none is selected. */
export const WEB_SEARCH_PRECEDENCE: readonly WebSearchProvider[] = Object.freeze([
  {
    provider: "brave",
    plugin: "brave",
    env: ["BRAVE_API_KEY"],
  },
  {
    provider: "gemini",
    plugin: "google",
    env: ["GEMINI_API_KEY"],
  },
  {
    provider: "grok",
    plugin: "xai",
    env: ["XAI_API_KEY"],
  },
  {
    provider: "kimi",
    plugin: "moonshot",
    env: ["KIMI_API_KEY", "MOONSHOT_API_KEY"],
  },
  {
    provider: "perplexity",
    plugin: "perplexity",
    env: ["PERPLEXITY_API_KEY"],
  },
  {
    provider: "firecrawl",
    plugin: "firecrawl",
    env: ["FIRECRAWL_API_KEY"],
  },
  {
    provider: "exa",
    plugin: "exa",
    env: ["EXA_API_KEY"],
  },
  {
    provider: "tavily",
    plugin: "tavily",
    env: ["TAVILY_API_KEY"],
  },
]);
