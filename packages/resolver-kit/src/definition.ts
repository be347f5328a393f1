import { attempt } from "./attempt.ts";
import { ResolverError } from "./errors.ts";
import type { Refusal } from "./refusal.ts";

/** What a resolver's function is told besides the ids. */
export interface ResolverContext {
  /** The alias under which the caller has configured the resolver. */
  readonly provider: string;
  /** Aborted when the time is up, or the process is told to end. */
  readonly signal: AbortSignal;
}

/** A secret: a string, or an object for the fields that take one (a service account). */
export type ResolvedValue = string | Readonly<Record<string, unknown>>;

/** What becomes of one id; `undefined` means that there is no such secret (`NOT_FOUND`). */
export type Resolution = ResolvedValue | Refusal | undefined;

/** What becomes of the ids of a batch; one that is not among them is `NOT_FOUND`, one that was not asked is dropped. */
export type Resolutions = ReadonlyMap<string, Resolution> | Readonly<Record<string, Resolution>>;

/** What every resolver may set. */
export interface ResolverOptions {
  /** What the resolver calls itself where it prints its usage. @default "resolver" */
  readonly name?: string;
  /** Printed besides when the resolver is started by hand. */
  readonly usage?: string;
  /**
   * Milliseconds, 1 to 120,000, from the start to the answer; what is unanswered then is answered `UNAVAILABLE`.
   * Less than the caller's `timeoutMs` keeps what was resolved by then. @default 120000
   */
  readonly timeoutMs?: number;
  /** Told what the resolver's function threw, for a log of its own; what it throws itself goes nowhere. */
  readonly onError?: (error: unknown) => void;
}

/** A resolver that is asked for all ids of a batch at once. */
export interface BatchResolverDefinition extends ResolverOptions {
  readonly resolve: (ids: readonly string[], context: ResolverContext) => Resolutions | Promise<Resolutions>;
}

/** A resolver that is asked for each id on its own. */
export interface SingleResolverDefinition extends ResolverOptions {
  readonly resolveOne: (id: string, context: ResolverContext) => Resolution | Promise<Resolution>;
  /** How many ids are asked for at a time, 1 to 64. @default 4 */
  readonly concurrency?: number;
}

/** A resolver: what it does, for a batch or for one id, and its bounds. */
export type ResolverDefinition = BatchResolverDefinition | SingleResolverDefinition;

/** A definition with its defaults. */
export type CheckedDefinition = (
  Pick<BatchResolverDefinition, "resolve"> | Pick<SingleResolverDefinition, "resolveOne">
) & {
  readonly name: string;
  readonly usage: string | undefined;
  readonly timeoutMs: number;
  readonly concurrency: number;
  /** Never throws. */
  readonly onError: (error: unknown) => void;
};

/**
 * Checks and copies a definition.
 *
 * @throws RESOLVER_DEFINITION_INVALID
 */
export function checkDefinition(definition: ResolverDefinition): CheckedDefinition {
  const {
    resolve,
    resolveOne,
    concurrency = 4,
  } = definition as Partial<BatchResolverDefinition & SingleResolverDefinition>;
  const { name = "resolver", usage, timeoutMs = 120_000 } = definition;
  // Bound, since it may be the method of a class.
  const bound = [
    ...(typeof resolve === "function" ? [{ resolve: resolve.bind(definition) }] : []),
    ...(typeof resolveOne === "function" ? [{ resolveOne: resolveOne.bind(definition) }] : []),
  ];
  const [only] = bound;
  if (only === undefined || bound.length > 1)
    throw new ResolverError(
      "RESOLVER_DEFINITION_INVALID",
      "a resolver is defined by one function, resolve or resolveOne",
    );
  return Object.freeze({
    ...only,
    ...{ name, usage },
    timeoutMs: within("timeoutMs", timeoutMs, 120_000),
    concurrency: within("concurrency", concurrency, 64),
    // What it is told may quote a secret, and so may what it throws.
    onError: (error: unknown) => void attempt(() => definition.onError?.(error)).catch(() => undefined),
  });
}

function within(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new ResolverError("RESOLVER_DEFINITION_INVALID", `${name} must be a whole number from 1 to ${most}`);
}
