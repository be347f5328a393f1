import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Changes the secrets file as somebody would who rotates or adds a key.
 *
 * @param {string} directory the state directory
 * @param {(secrets: { providers: Record<string, { apiKey: string }> }) => void} change
 */
export function changeSecrets(directory, change) {
  const file = join(directory, "secrets.json");
  const secrets = JSON.parse(readFileSync(file, "utf8"));
  change(secrets);
  writeFileSync(file, JSON.stringify(secrets));
}
