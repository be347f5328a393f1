import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ref = (/** @type {string} */ id) => ({ source: "file", provider: "filemain", id });

/**
 * A state directory with one agent, a few refs and nothing to find.
 * @param {string} directory
 */
export function layOutSmall(directory) {
  return layOutAgents(directory, 1);
}

/**
 * A state directory with many agents, each with a store of profiles and the models file a server generates (10 kB), and nothing to find.
 * @param {string} directory
 * @param {number} agents
 */
export function layOutAgents(directory, agents) {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const secrets = join(directory, "secrets.json");
  writeFileSync(secrets, JSON.stringify({ openai: "stored-openai", groq: "stored-groq" }), { mode: 0o600 });
  writeFileSync(
    join(directory, "Durar.json"),
    `// generated
{
  secrets: { providers: { filemain: { source: "file", path: ${JSON.stringify(secrets)} } } },
  models: { providers: { openai: { apiKey: ${JSON.stringify(ref("/openai"))} } } },
}
`,
  );
  for (let agent = 0; agent < agents; agent++) {
    const place = join(directory, "agents", `agent-${agent}`, "agent");
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "auth-profiles.json"), authProfiles());
    writeFileSync(join(place, "models.json"), modelsFile());
  }
  return directory;
}

function authProfiles() {
  const profiles = Object.fromEntries(
    ["groq", "mistral"].map((provider) => [
      `${provider}:default`,
      { type: "api_key", provider, keyRef: ref("/groq"), label: `the household's ${provider} account` },
    ]),
  );
  const usageStats = Object.fromEntries(
    Object.keys(profiles).map((id) => [
      id,
      { lastUsed: 1_700_000_000_000, errorCount: 0, cooldownUntil: null },
    ]),
  );
  return JSON.stringify({ version: 1, profiles, order: Object.keys(profiles), usageStats }, undefined, 2);
}

function modelsFile() {
  const models = Array.from({ length: 24 }, (_, index) => ({
    id: `vendor/model-${index}-instruct`,
    name: `Model ${index} Instruct`,
    api: "openai-completions",
    reasoning: index % 2 === 0,
    input: ["text", "image"],
    cost: { input: 0.25, output: 1.25, cacheRead: 0.02, cacheWrite: 0.3 },
    contextWindow: 128_000,
    maxTokens: 8192,
  }));
  return JSON.stringify({ providers: { openai: { apiKey: "secretref-managed", models } } }, undefined, 2);
}
