import * as z from "zod/mini";
import { SecretRefError } from "./errors.ts";
import { providerSchema, withDefaults, type ProviderConfig } from "./provider-config.ts";
import {
  DEFAULT_ALIASES,
  formatRef,
  PROVIDER_ALIAS_PATTERN,
  SECRET_SOURCES,
  type SecretDefaults,
  type SecretRef,
} from "./ref.ts";
import { validate, type SchemaIssue, type Validated } from "./validate.ts";

/** The limits of one resolution. */
export interface ResolutionLimits {
  /** Providers that run at the same time, 1 to 16. @default 4 */
  readonly maxProviderConcurrency: number;
  /** Distinct refs of one provider, 1 to 4,096; more are an error. @default 512 */
  readonly maxRefsPerProvider: number;
  /** Bytes of one request, 1 to 5 MiB; a larger one is split into several. @default 256 KiB */
  readonly maxBatchBytes: number;
}

/** The `secrets` block of a configuration, every default filled in. */
export interface SecretsConfig {
  /** By alias. An env provider at the default env alias is always there. */
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  readonly defaults: SecretDefaults;
  readonly resolution: ResolutionLimits;
}

const alias = z
  .string()
  .check(z.regex(PROVIDER_ALIAS_PATTERN, `must be a provider alias (${PROVIDER_ALIAS_PATTERN.source})`));

const count = (max: number, standard: number): z.ZodMiniDefault<z.ZodMiniNumber> =>
  z._default(z.int().check(z.gte(1), z.lte(max)), standard);

/** The schema of the `secrets` block, for composing into a larger one. Read values with {@link parseSecretsConfig}. */
export const secretsSchema = z.strictObject({
  providers: z.optional(z.record(alias, providerSchema)),
  defaults: z.optional(
    z.strictObject({ env: z.optional(alias), file: z.optional(alias), exec: z.optional(alias) }),
  ),
  resolution: z.optional(
    z.strictObject({
      maxProviderConcurrency: count(16, 4),
      maxRefsPerProvider: count(4096, 512),
      maxBatchBytes: count(5 * 1024 * 1024, 256 * 1024),
    }),
  ),
});

/**
 * Reads the `secrets` block; an absent one is an empty one. Besides the schema it checks that each default names a
 * configured provider of its own source. Issue paths start below `secrets`.
 */
export function parseSecretsConfig(value: unknown): Validated<SecretsConfig> {
  const result = validate(secretsSchema, value ?? {});
  const own = ownPrototypeKey(value);
  if (own !== undefined) return { ok: false, issues: [own, ...(result.ok ? [] : result.issues)] };
  if (!result.ok) return result;
  const { providers: written = {}, defaults = {}, resolution } = result.value;
  const providers = new Map(Object.entries(written).map(([name, config]) => [name, withDefaults(config)]));
  const aliases: SecretDefaults = {
    env: defaults.env ?? DEFAULT_ALIASES.env,
    file: defaults.file ?? DEFAULT_ALIASES.file,
    exec: defaults.exec ?? DEFAULT_ALIASES.exec,
  };
  if (!providers.has(aliases.env)) providers.set(aliases.env, Object.freeze({ source: "env" }));

  const issues = SECRET_SOURCES.flatMap((source): SchemaIssue[] => {
    const name = defaults[source];
    if (name === undefined) return [];
    const found = providers.get(name)?.source;
    if (found === source) return [];
    const rule =
      found === undefined ? "names no configured provider" : `names a provider of source "${found}"`;
    return [{ path: ["defaults", source], rule }];
  });
  if (issues.length > 0) return { ok: false, issues };
  const limits = resolution ?? z.parse(secretsSchema, { resolution: {} }).resolution!;
  return {
    ok: true,
    value: Object.freeze({ providers, defaults: Object.freeze(aliases), resolution: Object.freeze(limits) }),
  };
}

/** `__proto__` is a key that records leave out in silence; as an alias it is an error like any other bad alias. */
function ownPrototypeKey(value: unknown): SchemaIssue | undefined {
  const providers: unknown = (value as { providers?: unknown } | null | undefined)?.providers;
  if (typeof providers !== "object" || providers === null || !Object.hasOwn(providers, "__proto__"))
    return undefined;
  return { path: ["providers", "__proto__"], rule: "is not an allowed key" };
}

/** The provider a ref names, or the error that there is none or one of another source. */
export function findProvider(
  secrets: Pick<SecretsConfig, "providers">,
  ref: SecretRef,
):
  | { readonly ok: true; readonly config: ProviderConfig }
  | { readonly ok: false; readonly error: SecretRefError } {
  const config = secrets.providers.get(ref.provider);
  if (config === undefined)
    return {
      ok: false,
      error: new SecretRefError("SECRET_PROVIDER_NOT_CONFIGURED", {
        ...ref,
        message: `${formatRef(ref)}: no provider "${ref.provider}" is configured`,
        hint: `add secrets.providers.${ref.provider} with source "${ref.source}", or correct the alias`,
      }),
    };
  if (config.source !== ref.source)
    return {
      ok: false,
      error: new SecretRefError("SECRET_PROVIDER_SOURCE_MISMATCH", {
        ...ref,
        message: `${formatRef(ref)}: provider "${ref.provider}" is of source "${config.source}"`,
        hint: `use source "${config.source}" in the ref, or name a provider of source "${ref.source}"`,
      }),
    };
  return { ok: true, config };
}
