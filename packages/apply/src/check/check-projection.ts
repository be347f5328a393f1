import { formatPath, type Place, type SurfaceStore } from "@durar/credential-surface";
import type { Environment, SecretProvider } from "@durar/secretref-schema";
import type { Preparation } from "@durar/snapshot";
import type { Contract } from "../contract/read-contract.ts";
import type { ProjectedStore } from "../project/documents.ts";
import type { ApplyOptions } from "../types.ts";
import { checkState } from "./check-state.ts";
import { compareValues } from "./same-value.ts";

/** What is checked: the state as it will be. */
export interface Projection {
  readonly contract: Contract;
  readonly stores: readonly ProjectedStore[];
  readonly environment: Environment;
  /** Those of the product, answering moved values as if they had been moved. */
  readonly providers: readonly SecretProvider[];
}

/**
 * Checks the state as it will be, and that each ref yields the plaintext it replaces. Exec providers run only where they
 * may and the plan itself has to do with exec.
 *
 * @throws ApplyError `APPLY_REFUSED` with every reason; the signal's reason, once it aborts
 */
export async function checkProjection(
  { contract, stores, environment, providers }: Projection,
  options: ApplyOptions,
): Promise<Preparation> {
  const { allowExec = false, acceptNewValues = false } = options;
  return checkState(
    {
      ...{ stores, environment, providers, runsExec: allowExec && contract.needsExec },
      // A target's ref must yield what it replaces, in use or not.
      isWanted: isTarget(contract, stores),
      problems: ({ entries }) => compareValues(contract.targets, entries, stores, acceptNewValues),
    },
    options,
  );
}

function isTarget({ targets }: Contract, stores: readonly ProjectedStore[]): (place: Place) => boolean {
  const paths = new Map<SurfaceStore, Set<string>>();
  for (const { place, surfaceStore } of stores)
    paths.set(
      surfaceStore,
      new Set(targets.filter((target) => target.place === place).map(({ path }) => formatPath(path))),
    );
  return ({ store, path }) => paths.get(store)?.has(formatPath(path)) === true;
}
