import * as z from "zod/mini";
import type { SecretInput } from "./input.ts";
import { providerSchema, type ProviderConfigInput } from "./provider-config.ts";
import { parseSecretRef, PROVIDER_ALIAS_PATTERN } from "./ref.ts";
import { validate, type SchemaIssue, type Validated } from "./validate.ts";

/** A SecretRef as it is written; `provider` may be left out. */
export type WrittenSecretRef = Exclude<SecretInput, string>;

/** One credential that a plan moves from plaintext to a ref. */
export interface SecretsPlanTarget {
  /** The surface's name for it: the target's `planType`, or one of its aliases. */
  readonly type: string;
  /** The path of the field itself, in text form. */
  readonly path: string;
  /** The same path, segment by segment; needed where a text could be read in two ways. */
  readonly pathSegments?: readonly string[] | undefined;
  /** What takes the credential's place. */
  readonly ref: WrittenSecretRef;
  /** The agent whose store it lies in; required for such a store, and for it alone. */
  readonly agentId?: string | undefined;
  /** The model provider in the path, stated again. */
  readonly providerId?: string | undefined;
  /** The account in the path, stated again. */
  readonly accountId?: string | undefined;
  /** The model provider of a profile that the plan creates. */
  readonly authProfileProvider?: string | undefined;
  /** What stood there when the plan was made; a field that holds something else by now is left alone. @default anything */
  readonly expect?: "plaintext" | "absent" | WrittenSecretRef | undefined;
  /** Whether the plaintext is first added where the ref leads. @default false */
  readonly move?: boolean | undefined;
}

/** What is scrubbed besides the fields that the targets name. Each is on unless it is switched off. */
export interface SecretsPlanOptions {
  /** `.env` lines of a migrated credential that no ref reads. @default true */
  readonly scrubEnv?: boolean | undefined;
  /** The same value in agents' profiles for the same model provider. @default true */
  readonly scrubAuthProfilesForProviderTargets?: boolean | undefined;
  /** `api_key` entries of the legacy store that a ref covers. @default true */
  readonly scrubLegacyAuthJson?: boolean | undefined;
}

/** A migration as data: what becomes a ref, and which providers come and go with it. It holds no secret. */
export interface SecretsPlan {
  readonly version: 1;
  readonly protocolVersion: 1;
  /** ISO 8601. */
  readonly generatedAt?: string | undefined;
  readonly generatedBy?: string | undefined;
  readonly targets: readonly SecretsPlanTarget[];
  /** By alias; each takes the place of the provider that has the alias. */
  readonly providerUpserts?: Readonly<Record<string, ProviderConfigInput>> | undefined;
  /** Aliases. */
  readonly providerDeletes?: readonly string[] | undefined;
  readonly options?: SecretsPlanOptions | undefined;
}

/** How many targets a plan may have. */
const MAX_TARGETS = 10_000;

const alias = z
  .string()
  .check(z.regex(PROVIDER_ALIAS_PATTERN, `must be a provider alias (${PROVIDER_ALIAS_PATTERN.source})`));
const text = z.optional(z.string());
const flag = z.optional(z.boolean());
const filled = z.string().check(z.minLength(1));

/** A ref is read by the one parser there is for refs, not by a schema of its own. */
const anything = z.unknown();

const planSchema = z.strictObject({
  version: z.literal(1),
  protocolVersion: z.literal(1),
  generatedAt: text,
  generatedBy: text,
  targets: z
    .array(
      z.strictObject({
        type: filled,
        path: filled,
        pathSegments: z.optional(z.array(z.string()).check(z.minLength(1))),
        ref: anything,
        agentId: z.optional(filled),
        providerId: text,
        accountId: text,
        authProfileProvider: z.optional(filled),
        expect: z.optional(anything),
        move: flag,
      }),
    )
    .check(z.maxLength(MAX_TARGETS)),
  providerUpserts: z.optional(z.record(alias, providerSchema)),
  providerDeletes: z.optional(z.array(alias)),
  options: z.optional(
    z.strictObject({ scrubEnv: flag, scrubAuthProfilesForProviderTargets: flag, scrubLegacyAuthJson: flag }),
  ),
});

/**
 * Reads a plan: its shape and the grammar of every ref in it. Unknown keys are errors. Whether its targets exist, only a
 * surface and the documents can tell.
 *
 * @returns the plan as it is written, defaults not filled in, or every rule it breaks
 */
export function parsePlan(value: unknown): Validated<SecretsPlan> {
  const result = validate(planSchema, value);
  const issues = [...(result.ok ? [] : result.issues), ...refIssues(value)];
  // As written: what a provider leaves out is not part of the plan.
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: value as SecretsPlan };
}

/** The rules that refs of a plan break, whatever else is wrong with it. */
function refIssues(plan: unknown): SchemaIssue[] {
  const targets: unknown = isObject(plan) ? plan["targets"] : undefined;
  return (Array.isArray(targets) ? targets.slice(0, MAX_TARGETS) : []).flatMap((target: unknown, index) => {
    if (!isObject(target)) return [];
    const at = (name: string): readonly string[] => ["targets", String(index), name];
    const { ref, expect } = target;
    return [
      ...brokenRef(at("ref"), ref, "must be a SecretRef"),
      ...(expect === undefined || expect === "plaintext" || expect === "absent"
        ? []
        : brokenRef(at("expect"), expect, 'must be "plaintext", "absent" or a SecretRef')),
    ];
  });
}

function brokenRef(path: readonly string[], value: unknown, otherwise: string): SchemaIssue[] {
  const parsed = parseSecretRef(value);
  if (parsed.ok) return [];
  return [{ path, rule: isObject(value) ? parsed.rule : otherwise }];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
