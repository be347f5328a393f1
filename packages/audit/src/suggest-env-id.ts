import { ENV_ID_PATTERN } from "@durar/secretref-schema";
import type { Path } from "@durar/credential-surface";

/** Segments that only give a configuration its shape and say nothing about what a credential is for. */
const structure = new Set([
  ...["accounts", "agents", "channels", "config", "defaults", "entries", "env", "headers", "list"],
  ...["mcpServers", "models", "plugins", "profiles", "providers"],
]);

/**
 * A variable name for the credential at a path: `models.providers.openai.apiKey` gives `OPENAI_API_KEY`. Made of the
 * segments that say what it is for; always a valid env id.
 */
export function suggestEnvId(path: Path): string {
  // A variable handed on to a process has its name already.
  const words = (path.at(-2) === "env" ? path.slice(-1) : path)
    // What is listed has no name but that of the list and a number.
    .filter((segment, index) => !structure.has(segment) || path[index + 1] === "list")
    .map((segment) => segment.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[^A-Za-z0-9]+/g, "_"));
  const name = words
    .join("_")
    .toUpperCase()
    .replace(/^[^A-Z]+/, "")
    .replace(/_+/g, "_")
    .slice(0, 128);
  return ENV_ID_PATTERN.test(name) ? name : "SECRET";
}
