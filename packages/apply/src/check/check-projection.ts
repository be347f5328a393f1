import { formatPath, type Place, type SurfaceStore } from "@durar/credential-surface";
import { DurarError, type Environment, type SecretProvider } from "@durar/secretref-schema";
import { activationFailures, prepare, type Preparation } from "@durar/snapshot";
import type { Contract } from "../contract/read-contract.ts";
import { throwReasons } from "../errors.ts";
import type { ProjectedStore } from "../project/documents.ts";
import type { ApplyOptions } from "../types.ts";
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
 * Checks the state as it will be, as a server would that starts on it: schema, policies, every ref in use; and that each
 * ref yields the plaintext it replaces. Exec providers run only where they may and the plan itself has to do with exec.
 *
 * @throws ApplyError `APPLY_REFUSED` with every reason; the signal's reason, once it aborts
 */
export async function checkProjection(
  { contract, stores, environment, providers }: Projection,
  { surface, validateConfig, allowExec = false, acceptNewValues = false, signal }: ApplyOptions,
): Promise<Preparation> {
  const surfaceStores = stores.map(({ surfaceStore }) => surfaceStore);
  const preparation = await prepare({
    ...{ surface, providers, environment, signal },
    stores: surfaceStores,
    checkOnly: allowExec && contract.needsExec ? [] : ["exec"],
    // A target's ref must yield what it replaces, in use or not.
    includeInactive: isTarget(contract, stores),
  });
  signal?.throwIfAborted();
  const config = surfaceStores.find(({ kind }) => kind === "config")?.value;
  const issues = (validateConfig?.(config) ?? []).map(({ path, rule }): DurarError => {
    const place = formatPath(path);
    return new DurarError({
      code: "CONFIG_INVALID",
      kind: "invalid-config",
      message: `${place || "the configuration"} ${rule}`,
      hint: "correct the value as the rule says",
      paths: [place],
    });
  });
  const differing = compareValues(contract.targets, preparation.entries, stores, acceptNewValues);
  throwReasons("APPLY_REFUSED", distinct([...issues, ...activationFailures(preparation), ...differing]));
  return preparation;
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

/** The schema and the surface may object to the same thing, and a ref may fail in use and as a target. */
function distinct(failures: readonly DurarError[]): readonly DurarError[] {
  const seen = new Set<string>();
  return failures.filter(({ message }) => {
    const isNew = !seen.has(message);
    seen.add(message);
    return isNew;
  });
}
