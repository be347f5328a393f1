import { isDeepStrictEqual } from "node:util";
import type { PlanTarget } from "../contract/plan-target.ts";
import type { ApplyPlace } from "../types.ts";

/** A credential that the plan takes out of the open. */
export interface Migrated {
  readonly target: PlanTarget;
  readonly value: string | Readonly<Record<string, unknown>>;
  /** The model provider it is for, in its usual spelling. */
  readonly provider: string | undefined;
  /** The variables that hold it by custom. */
  readonly variables: ReadonlySet<string>;
}

/** The credentials of the targets that hold plaintext. */
export function migratedBy(
  targets: readonly PlanTarget[],
  { names, variablesOf }: ApplyPlace,
): readonly Migrated[] {
  const canonical = names?.canonicalProvider ?? ((name: string) => name);
  return targets.flatMap((target): Migrated[] => {
    const { path, provider, state } = target;
    if (state.plaintext === undefined) return [];
    const variables = variablesOf?.({ targetId: target.target.id, path, provider }) ?? [];
    return [
      {
        ...{ target, value: state.plaintext },
        provider: provider === undefined ? undefined : canonical(provider),
        variables: new Set(variables),
      },
    ];
  });
}

/** Whether a value read from a file is one of these credentials. */
export function isOneOf(value: unknown, migrated: readonly Migrated[]): boolean {
  if (typeof value !== "string" && (typeof value !== "object" || value === null)) return false;
  return migrated.some((one) => one.value === value || isDeepStrictEqual(one.value, value));
}

/**
 * Whether what takes a credential's place provides a model provider's key to an agent: a ref of the configuration does to
 * every agent, that of a profile to the profile's own.
 */
export function coversKey({ target: { target, place } }: Migrated, agentId: string | undefined): boolean {
  return target.profileType === undefined ? target.tracksShadowing === true : place.store.agentId === agentId;
}

/** The same of a header: a model provider's own header is provided as its key is. */
export function coversHeader(one: Migrated, agentId: string | undefined): boolean {
  const { place, path } = one.target;
  return coversKey(one, agentId) || (place.store.kind === "config" && path.at(-2) === "headers");
}
