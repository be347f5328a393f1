import * as z from "zod/mini";
import { SecretRefError } from "./errors.ts";
import { parseProviderConfig, providerSchema, type ProviderConfig } from "./provider-config.ts";
import {
  DEFAULT_ALIASES,
  formatRef,
  PROVIDER_ALIAS_PATTERN,
  SECRET_SOURCES,
  type SecretDefaults,
  type SecretRef,
} from "./ref.ts";
import { validate, type SchemaIssue } from "./validate.ts";

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
  /** Aliases whose configuration breaks a rule; refs to them fail as such, not as refs to nothing. */
  readonly invalidProviders: ReadonlySet<string>;
  readonly defaults: SecretDefaults;
  readonly resolution: ResolutionLimits;
}

const aliasRule = `must be a provider alias (${PROVIDER_ALIAS_PATTERN.source})`;
const alias = z.string().check(z.regex(PROVIDER_ALIAS_PATTERN, aliasRule));

const count = (max: number, standard: number): z.ZodMiniDefault<z.ZodMiniNumber> =>
  z._default(z.int().check(z.gte(1), z.lte(max)), standard);

const defaultsSchema = z.strictObject({
  env: z.optional(alias),
  file: z.optional(alias),
  exec: z.optional(alias),
});

const resolutionSchema = z.strictObject({
  maxProviderConcurrency: count(16, 4),
  maxRefsPerProvider: count(4096, 512),
  maxBatchBytes: count(5 * 1024 * 1024, 256 * 1024),
});

/** The schema of the `secrets` block, for JSON Schema; {@link readSecretsConfig} reads one. */
export const secretsSchema = z.strictObject({
  providers: z.optional(z.record(alias, providerSchema)),
  defaults: z.optional(defaultsSchema),
  resolution: z.optional(resolutionSchema),
});

/** A read `secrets` block: always usable, with every rule the written one breaks. */
export interface ReadSecretsConfig {
  readonly config: SecretsConfig;
  /** Paths start below `secrets`. Empty where all is well. */
  readonly issues: readonly SchemaIssue[];
}

/**
 * Reads the `secrets` block; an absent one is an empty one. Besides the schema it checks that each default names a
 * configured provider of its own source. What breaks a rule is left out of the config and named in the issues, so
 * that one bad provider does not hide what else is wrong.
 */
export function readSecretsConfig(value: unknown): ReadSecretsConfig {
  const issues: SchemaIssue[] = [];
  const written = recordAt(value, [], issues);
  for (const key of Object.keys(written))
    if (!Object.hasOwn(secretsSchema.def.shape, key))
      issues.push({ path: [key], rule: "is not a known key" });

  const providers = new Map<string, ProviderConfig>();
  const invalidProviders = new Set<string>();
  for (const [name, provider] of Object.entries(recordAt(written["providers"], ["providers"], issues))) {
    const path = ["providers", name];
    const parsed = parseProviderConfig(provider);
    if (!PROVIDER_ALIAS_PATTERN.test(name)) issues.push({ path, rule: aliasRule });
    else if (parsed.ok) providers.set(name, parsed.value);
    else {
      invalidProviders.add(name);
      addBelow(path, parsed.issues, issues);
    }
  }

  const named = valueOrDefault(defaultsSchema, written["defaults"], ["defaults"], issues);
  const defaults: SecretDefaults = Object.freeze({ ...DEFAULT_ALIASES, ...withoutUndefined(named) });
  if (!providers.has(defaults.env) && !invalidProviders.has(defaults.env))
    providers.set(defaults.env, Object.freeze({ source: "env" }));
  for (const source of SECRET_SOURCES) {
    const name = named[source];
    const found = name === undefined ? source : (providers.get(name)?.source ?? "none");
    if (found === source || invalidProviders.has(name ?? "")) continue;
    const rule = found === "none" ? "names no configured provider" : `names a provider of source "${found}"`;
    issues.push({ path: ["defaults", source], rule });
  }

  const resolution = valueOrDefault(resolutionSchema, written["resolution"], ["resolution"], issues);
  return {
    config: Object.freeze({ providers, invalidProviders, defaults, resolution: Object.freeze(resolution) }),
    issues,
  };
}

function valueOrDefault<Value>(
  schema: z.core.$ZodType<Value>,
  value: unknown,
  path: readonly string[],
  issues: SchemaIssue[],
): Value {
  const result = validate(schema, value ?? {});
  if (result.ok) return result.value;
  addBelow(path, result.issues, issues);
  return z.parse(schema, {});
}

function addBelow(path: readonly string[], found: readonly SchemaIssue[], issues: SchemaIssue[]): void {
  for (const issue of found) issues.push({ path: [...path, ...issue.path], rule: issue.rule });
}

function recordAt(
  value: unknown,
  path: readonly string[],
  issues: SchemaIssue[],
): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  issues.push({ path, rule: "must be an object" });
  return {};
}

function withoutUndefined<Value>(record: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Record<
    string,
    Value
  >;
}

/** The provider a ref names, or the error that there is none or one of another source. */
export function findProvider(
  secrets: Pick<SecretsConfig, "providers" | "invalidProviders">,
  ref: SecretRef,
):
  | { readonly ok: true; readonly config: ProviderConfig }
  | { readonly ok: false; readonly error: SecretRefError } {
  const config = secrets.providers.get(ref.provider);
  if (secrets.invalidProviders.has(ref.provider))
    return {
      ok: false,
      error: new SecretRefError("SECRET_PROVIDER_NOT_CONFIGURED", {
        ...ref,
        message: `${formatRef(ref)}: the configuration of provider "${ref.provider}" is not valid`,
        hint: `correct secrets.providers.${ref.provider}`,
      }),
    };
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
