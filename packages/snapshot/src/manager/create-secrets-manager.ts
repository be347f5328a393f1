import { Manager } from "./manager.ts";
import { settingsOf } from "./settings.ts";
import { Shell } from "./shell.ts";
import type { SecretsManager, SecretsManagerOptions } from "./types.ts";

/**
 * Makes the owner of a server's secrets. Nothing is read before `start`.
 *
 * @throws RangeError for a time that is none, or a minimum above its maximum
 * @example
 * const secrets = createSecretsManager({ surface, providers: [fromEnv()], load });
 * await secrets.start();
 * secrets.snapshot.read("db.password")?.reveal();
 */
export function createSecretsManager(options: SecretsManagerOptions): SecretsManager {
  return new Manager(new Shell(settingsOf(options)));
}
