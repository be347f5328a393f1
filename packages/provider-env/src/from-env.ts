import {
  readProviderConfig,
  type EnvProviderInput,
  type Environment,
  type SecretAnswer,
  type SecretProvider,
} from "@durar/secretref-schema";
import { lookUp } from "./look-up.ts";

/** What an env provider is made with. */
export interface FromEnvOptions {
  /**
   * The variables, read at each call, where a request brings no environment of its own.
   * @default `process.env`
   */
  readonly env?: Environment | undefined;
}

/**
 * Makes the provider of env refs: an id is the name of an environment variable, and its value is the secret, untrimmed.
 * The allowlist is checked before the variable is looked at. A lookup does not wait, so a signal has no effect on it.
 * Nothing is thrown; an answer's error is `SECRET_REF_INVALID`, `SECRET_NOT_ALLOWLISTED`, `SECRET_NOT_FOUND`,
 * `SECRET_EMPTY`, `SECRET_PROVIDER_NOT_CONFIGURED` or `SECRET_PROVIDER_SOURCE_MISMATCH`.
 *
 * @example
 * const answers = await fromEnv().resolve({ provider: "default", config: { source: "env" }, ids: ["API_KEY"] });
 */
export function fromEnv(options: FromEnvOptions = {}): SecretProvider<EnvProviderInput> {
  const { env } = options;
  return Object.freeze<SecretProvider<EnvProviderInput>>({
    source: "env",
    async resolve({ provider, config, ids, environment = env ?? process.env }) {
      const read = readProviderConfig("env", provider, config);
      const answer = (id: string): SecretAnswer =>
        read.ok
          ? lookUp(provider, read.config, id, environment)
          : { ok: false, error: read.error.with({ id }) };
      return new Map(ids.map((id) => [id, Object.freeze(answer(id))]));
    },
    async check({ provider, config }) {
      const read = readProviderConfig("env", provider, config);
      return read.ok ? undefined : read.error;
    },
  });
}
