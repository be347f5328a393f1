import type { SecretRefError } from "./errors.ts";
import type { ProviderConfigInput } from "./provider-config.ts";
import type { SecretSource } from "./ref.ts";
import type { Secret } from "./secret.ts";

/** Environment variables by name. A name that is absent is not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What one id came to: a secret, or the reason why not. */
export type SecretAnswer =
  { readonly ok: true; readonly value: Secret } | { readonly ok: false; readonly error: SecretRefError };

/** What a provider is asked to check. */
export interface ProviderCheck<Config extends ProviderConfigInput = ProviderConfigInput> {
  /** The provider's alias, for messages. */
  readonly provider: string;
  readonly config: Config;
  /** @default `process.env`, read at the call */
  readonly environment?: Environment | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a provider is asked to resolve: ids of one alias, each at most once. */
export interface ProviderRequest<
  Config extends ProviderConfigInput = ProviderConfigInput,
> extends ProviderCheck<Config> {
  readonly ids: readonly string[];
}

/**
 * Resolves the refs of one source. Making one does no I/O; work is done when it is called.
 * Method parameters are wide so that providers of all sources fit in one list.
 */
export interface SecretProvider<Config extends ProviderConfigInput = ProviderConfigInput> {
  readonly source: SecretSource;
  /**
   * Answers every id of the request, in the request's order. Failures are answers, not exceptions; a failure of the
   * whole provider answers every id with it.
   */
  resolve(request: ProviderRequest<Config>): Promise<ReadonlyMap<string, SecretAnswer>>;
  /**
   * Checks what can be known without resolving anything or running a command: the configuration and the trust of
   * its paths. Answers the failure, or `undefined` where there is none.
   */
  check(check: ProviderCheck<Config>): Promise<SecretRefError | undefined>;
  /** The size in bytes of the request this provider writes for the ids; absent where it writes none. */
  requestBytes?(provider: string, ids: readonly string[]): number;
}
