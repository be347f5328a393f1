import { formatPath, type Place } from "@durar/credential-surface";
import { DurarError, type Environment, type SecretProvider } from "@durar/secretref-schema";
import { activationFailures, prepare, type Preparation } from "@durar/snapshot";
import { throwReasons } from "../errors.ts";
import type { ProjectedStore } from "../project/documents.ts";
import type { ApplyPlace } from "../types.ts";

/** A state as it will be, and what is asked of it. */
export interface State {
  readonly stores: readonly ProjectedStore[];
  readonly environment: Environment;
  readonly providers: readonly SecretProvider[];
  /** Whether exec providers run; else they are checked alone. */
  readonly runsExec: boolean;
  /** The places whose refs are asked for also where they are not in use. */
  readonly isWanted: (place: Place) => boolean;
  /** What else speaks against it. */
  readonly problems: (preparation: Preparation) => readonly DurarError[];
}

/**
 * Checks a state as a server would that starts on it: schema, policies, every ref in use.
 *
 * @throws ApplyError `APPLY_REFUSED` with every reason; the signal's reason, once it aborts
 */
export async function checkState(
  { stores, environment, providers, runsExec, isWanted, problems }: State,
  {
    surface,
    validateConfig,
    signal,
  }: Pick<ApplyPlace, "surface" | "validateConfig"> & { readonly signal?: AbortSignal | undefined },
): Promise<Preparation> {
  const surfaceStores = stores.map(({ surfaceStore }) => surfaceStore);
  const preparation = await prepare({
    ...{ surface, providers, environment, signal },
    stores: surfaceStores,
    checkOnly: runsExec ? [] : ["exec"],
    includeInactive: isWanted,
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
  throwReasons(
    "APPLY_REFUSED",
    distinct([...issues, ...activationFailures(preparation), ...problems(preparation)]),
  );
  return preparation;
}

/** The schema and the surface may object to the same thing, and a ref may fail in use and as one that is wanted. */
function distinct(failures: readonly DurarError[]): readonly DurarError[] {
  const seen = new Set<string>();
  return failures.filter(({ message }) => {
    const isNew = !seen.has(message);
    seen.add(message);
    return isNew;
  });
}
