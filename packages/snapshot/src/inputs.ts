import { isDeepStrictEqual } from "node:util";
import type { SurfaceStore } from "@durar/credential-surface";
import type { Environment } from "@durar/secretref-schema";
import { SnapshotError } from "./errors.ts";
import { FrozenStore } from "./frozen-store.ts";

/** What an activation starts from. */
export interface Inputs {
  /** The documents, plain data; exactly one of kind `config`. */
  readonly stores: readonly SurfaceStore[];
  /** The merged environment. @default `process.env`, read by each provider at the call; empty for activation rules */
  readonly environment?: Environment | undefined;
}

/**
 * A copy that nobody else holds and nothing can change: what is done to the original later does not reach it.
 *
 * @throws SnapshotError `SNAPSHOT_CONTRACT_BROKEN` for what is no plain data, and for none or several of kind `config`
 */
export function frozenCopy({ stores, environment }: Inputs): Inputs {
  const configs = stores.filter(({ kind }) => kind === "config").length;
  if (configs !== 1)
    throw new SnapshotError(
      "SNAPSHOT_CONTRACT_BROKEN",
      `${configs} documents of kind config were handed in; there is one`,
    );
  const variables: Record<string, string | undefined> | undefined =
    environment && Object.assign(Object.create(null) as Record<string, string | undefined>, environment);
  return Object.freeze({
    stores: Object.freeze(stores.map((store) => new FrozenStore(store))),
    environment: variables && Object.freeze(variables),
  });
}

/** Whether an activation of the one would come to the same as one of the other, as far as documents go. */
export function sameInputs(one: Inputs, other: Inputs): boolean {
  return isDeepStrictEqual(contentOf(one), contentOf(other));
}

/** Everything there is to compare, also what a store does not show. */
function contentOf({ stores, environment }: Inputs): unknown {
  return [stores.map(({ kind, agentId, activity, value }) => [kind, agentId, activity, value]), environment];
}
