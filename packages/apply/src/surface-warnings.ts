import { formatPath } from "@durar/credential-surface";
import type { Preparation } from "@durar/snapshot";
import type { ProjectedStore } from "./project/documents.ts";
import type { ApplyWarning } from "./types.ts";

/** What the surface remarks about the state as it will be, by the files as they are. */
export function warningsOf(
  { warnings }: Preparation,
  stores: readonly ProjectedStore[],
): readonly ApplyWarning[] {
  return warnings.map(({ code, message, store, path = [] }) => {
    const draft = stores.find(({ surfaceStore }) => surfaceStore === store)?.place.draft;
    return {
      code,
      message,
      file: draft?.file.path ?? "",
      line: draft?.lineOf(path) ?? 1,
      path: formatPath(path),
    };
  });
}
