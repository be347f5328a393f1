import { isDeepStrictEqual } from "node:util";
import { surveySurface, type SurfaceStore, type SurfaceSurvey } from "@durar/credential-surface";
import type { Environment } from "@durar/secretref-schema";
import type { Contract } from "../contract/read-contract.ts";
import type { PlanTarget } from "../contract/plan-target.ts";
import type { Desk } from "../drafts/desk.ts";
import type { ApplyPlace } from "../types.ts";

/** A credential that the plan takes out of the open. */
export interface Migrated {
  readonly target: PlanTarget;
  readonly value: string | Readonly<Record<string, unknown>>;
  /** The model provider it is for, in its usual spelling. */
  readonly provider: string | undefined;
  /** The variables that hold it by custom. */
  readonly variables: ReadonlySet<string>;
  /** Whether its field is in use, so that what takes its place is provided to others. */
  readonly isActive: boolean;
}

/** The credentials of the targets that hold plaintext, found by their values however many they are. */
export class MigratedValues {
  readonly all: readonly Migrated[];
  readonly #texts = new Map<string, Migrated[]>();
  readonly #objects: Migrated[] = [];

  constructor(all: readonly Migrated[]) {
    this.all = all;
    for (const one of all) {
      if (typeof one.value !== "string") this.#objects.push(one);
      else {
        const same = this.#texts.get(one.value);
        if (same === undefined) this.#texts.set(one.value, [one]);
        else same.push(one);
      }
    }
  }

  /** Those that a value read from a file is. */
  of(value: unknown): readonly Migrated[] {
    if (typeof value === "string") return this.#texts.get(value) ?? [];
    if (typeof value !== "object" || value === null) return [];
    return this.#objects.filter((one) => isDeepStrictEqual(one.value, value));
  }
}

/**
 * The credentials of the targets that hold plaintext.
 *
 * @param environment the merged one, as it is now
 */
export function migratedBy(
  { targets, secrets }: Contract,
  desk: Desk,
  environment: Environment,
  { names, variablesOf, surface }: ApplyPlace,
): MigratedValues {
  const canonical = names?.canonicalProvider ?? ((name: string) => name);
  const { defaults } = secrets;
  const isActive = activeFields(desk, (stores) => surveySurface(surface, { stores, environment, defaults }));
  return new MigratedValues(
    targets.flatMap((target): Migrated[] => {
      const { path, provider, state } = target;
      if (state.plaintext === undefined) return [];
      const variables = variablesOf?.({ targetId: target.target.id, path, provider }) ?? [];
      return [
        {
          ...{ target, value: state.plaintext },
          provider: provider === undefined ? undefined : canonical(provider),
          variables: new Set(variables),
          isActive: isActive(target),
        },
      ];
    }),
  );
}

function activeFields(
  { documents }: Desk,
  survey: (stores: readonly SurfaceStore[]) => SurfaceSurvey,
): (target: PlanTarget) => boolean {
  const fileOf = new Map<SurfaceStore, string>(
    documents.map(({ store: { kind, agentId, activity }, draft }) => [
      { kind, agentId, activity, value: draft.value },
      draft.file.path,
    ]),
  );
  const active = new Set(
    survey([...fileOf.keys()])
      .entries.filter(({ activity }) => activity.active)
      .map(({ place: { store, path } }) => JSON.stringify([fileOf.get(store), path])),
  );
  return ({ place, path }) => active.has(JSON.stringify([place.draft.file.path, path]));
}

/**
 * Whether what takes a credential's place provides a model provider's key to an agent: a ref of the configuration that is
 * in use does to every agent, that of a profile to the profile's own.
 */
export function coversKey(
  { target: { target, place }, isActive }: Migrated,
  agentId: string | undefined,
): boolean {
  if (target.profileType !== undefined) return place.store.agentId === agentId;
  return target.tracksShadowing === true && isActive;
}

/** The same of a header: a model provider's own header is provided as its key is. */
export function coversHeader(one: Migrated, agentId: string | undefined): boolean {
  const { place, path } = one.target;
  return (
    coversKey(one, agentId) || (one.isActive && place.store.kind === "config" && path.at(-2) === "headers")
  );
}
