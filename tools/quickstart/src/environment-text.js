/** Variables of the server. One is read by a ref of the config, and so is at its rightful place. */
export const environmentText = `# variables of the gateway
LOG_LEVEL=debug
export ANTHROPIC_API_KEY="<<anthropic|PLAINTEXT_FOUND|info>>"
PROXY_TOKEN=<<proxy-token|PLAINTEXT_FOUND|info>> # for the header in models.providers.proxy
ELEVENLABS_API_KEY='<<elevenlabs>>'
GEMINI_API_KEY=
`;
