import { isRecord, type SurfaceStore } from "@durar/credential-surface";
import type { DurarError } from "@durar/secretref-schema";
import type { Desk, DocumentStore } from "../drafts/desk.ts";
import { throwReasons } from "../errors.ts";
import { hasIncludes } from "../scrub/names-read.ts";

/** A store as it will be. */
export interface ProjectedStore {
  readonly place: DocumentStore;
  readonly surfaceStore: SurfaceStore;
}

/**
 * The documents of the surface with every change made.
 *
 * @throws ApplyError `APPLY_REFUSED` with every change that cannot be made
 */
export function projectDocuments({ documents }: Desk): readonly ProjectedStore[] {
  const problems: DurarError[] = [];
  const projected = documents.flatMap((place): ProjectedStore[] => {
    const { store, draft } = place;
    const result = draft.project();
    if (!result.ok) {
      problems.push(...result.problems);
      return [];
    }
    const { kind, agentId, activity } = store;
    return [{ place, surfaceStore: { kind, agentId, activity, value: result.value } }];
  });
  throwReasons("APPLY_REFUSED", problems);
  return projected;
}

/** Whether documents take in others, which are not followed. */
export function includesIn(stores: readonly ProjectedStore[]): boolean {
  return stores.some(({ surfaceStore: { value } }) => isRecord(value) && hasIncludes(value));
}
