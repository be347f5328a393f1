import { DEFAULT_ALIASES } from "@durar/secretref-schema";
import { placeIn } from "./find-places.ts";
import { valueAt, type Path } from "./path.ts";
import { expandPattern } from "./pattern.ts";
import type { Surface, SurfaceStore, Target } from "./types.ts";

/** A field that could hold a credential and holds none, in an object that exists. */
export interface UnsetField {
  readonly target: Target;
  readonly store: SurfaceStore;
  readonly path: Path;
}

/** Finds the fields of a surface that are absent or null in a store, ref and all, although the object around them is there. */
export function findUnset(surface: Surface, store: SurfaceStore): readonly UnsetField[] {
  return surface.targets
    .filter((target) => target.store === store.kind)
    .flatMap((target) =>
      expandPattern(target.pattern, store.value).found.flatMap((container): UnsetField[] => {
        const type = valueAt(container.container, ["type"]);
        if (target.profileType !== undefined && type !== target.profileType) return [];
        if (placeIn(target, store, container, DEFAULT_ALIASES) !== undefined) return [];
        return [{ target, store, path: [...container.path, container.key] }];
      }),
    );
}
