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
  /** Told what the resolver's function threw, for a log of its own. Without it nothing of that is shown. */
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
export type CheckedDefinition = ResolverDefinition & {
  readonly timeoutMs: number;
  readonly concurrency: number;
};

/**
 * Checks and copies a definition.
 *
 * @throws RESOLVER_DEFINITION_INVALID
 */
export function checkDefinition(definition: ResolverDefinition): CheckedDefinition {
  const functions = ["resolve", "resolveOne"].filter(
    (name) => typeof (definition as unknown as Record<string, unknown>)[name] === "function",
  );
  if (functions.length !== 1)
    throw new ResolverError(
      "RESOLVER_DEFINITION_INVALID",
      "a resolver is defined by one function, resolve or resolveOne",
    );
  const concurrency = "resolveOne" in definition ? definition.concurrency : undefined;
  return Object.freeze({
    ...definition,
    timeoutMs: within("timeoutMs", definition.timeoutMs ?? 120_000, 120_000),
    concurrency: within("concurrency", concurrency ?? 4, 64),
  });
}

function within(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new ResolverError("RESOLVER_DEFINITION_INVALID", `${name} must be a whole number from 1 to ${most}`);
}
