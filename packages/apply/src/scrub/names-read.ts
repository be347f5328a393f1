import { surveySurface, type Surface, type SurfaceStore } from "@durar/credential-surface";
import type { Environment, ParsedSecretInput, SecretRef, SecretsConfig } from "@durar/secretref-schema";

/** The refs of a field, a template's too. */
export function refsIn(input: ParsedSecretInput | undefined): readonly SecretRef[] {
  if (input?.kind === "ref") return [input.ref];
  return input?.kind === "template" ? input.refs : [];
}

/** Every ref of the documents, in use or not. */
export function allRefs(
  surface: Surface,
  stores: readonly SurfaceStore[],
  { defaults }: SecretsConfig,
): readonly SecretRef[] {
  return surveySurface(surface, { stores, defaults }).entries.flatMap(({ place }) => [
    ...refsIn(place.input),
    ...refsIn(place.overridden),
  ]);
}

/** The variables that something reads: refs, in use or not, and commands that get them passed on. */
export function namesRead(refs: readonly SecretRef[], { providers }: SecretsConfig): ReadonlySet<string> {
  const passed = [...providers.values()].flatMap((config) =>
    config.source === "exec" ? config.passEnv : [],
  );
  return new Set([...passed, ...refs.filter(({ source }) => source === "env").map(({ id }) => id)]);
}

/**
 * Tells whether a group of alternatives takes a variable where nothing is configured, so that without the variable it
 * would have one credential fewer.
 *
 * @param environment the merged one, with all variables
 */
export function readByGroup(
  surface: Surface,
  stores: readonly SurfaceStore[],
  { defaults }: SecretsConfig,
  environment: Environment,
): (name: string) => boolean {
  const available = (variables: Environment): string =>
    JSON.stringify(
      surveySurface(surface, { stores, environment: variables, defaults }).groups.map(({ ranking }) =>
        ranking.candidates.map((candidate) => candidate.available),
      ),
    );
  const withAll = available(environment);
  return (name) => available({ ...environment, [name]: undefined }) !== withAll;
}
