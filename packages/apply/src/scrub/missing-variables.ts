import { formatPath, surveySurface, type Surface, type SurfaceStore } from "@durar/credential-surface";
import type { Environment, SecretDefaults } from "@durar/secretref-schema";
import type { ProjectedStore } from "../project/documents.ts";
import type { MigratedValues } from "./migrated.ts";

interface Projection {
  readonly surface: Surface;
  readonly stores: readonly ProjectedStore[];
  readonly defaults: SecretDefaults;
  /** The merged one, with all variables. */
  readonly environment: Environment;
  readonly migrated: MigratedValues;
}

/**
 * Tells whether the surface would come out differently without some variables: where nothing is configured, a group of
 * alternatives may take one, and a field may be in use or not by whether one is set. The fields whose own credential such
 * a variable holds are not meant.
 */
export function missingVariables({
  surface,
  stores,
  defaults,
  environment,
  migrated,
}: Projection): (names: ReadonlySet<string>) => boolean {
  const fileOf = new Map<SurfaceStore, string>(
    stores.map(({ surfaceStore, place }) => [surfaceStore, place.draft.file.path]),
  );
  const survey = (variables: Environment): ReturnType<typeof surveySurface> =>
    surveySurface(surface, { stores: [...fileOf.keys()], environment: variables, defaults });
  let whole: ReturnType<typeof surveySurface> | undefined;
  return (names) => {
    const own = new Set(
      migrated.all
        .filter(({ variables }) => [...variables].some((name) => names.has(name)))
        .map(({ target: { place, path } }) => JSON.stringify([place.draft.file.path, formatPath(path)])),
    );
    const outcome = ({ entries, groups }: ReturnType<typeof surveySurface>): string =>
      JSON.stringify([
        groups.map(({ ranking }) => ranking.candidates.map(({ available }) => available)),
        entries
          .filter(
            ({ place: { store, path } }) => !own.has(JSON.stringify([fileOf.get(store), formatPath(path)])),
          )
          .map(({ activity }) => activity.active),
      ]);
    const without = Object.fromEntries([...names].map((name) => [name, undefined]));
    whole ??= survey(environment);
    return outcome(survey({ ...environment, ...without })) !== outcome(whole);
  };
}
