import { compilePattern, type Path, type PatternStep, type Surface } from "@durar/credential-surface";
import { pathOf, type VisitedNode } from "./visited-node.ts";

/** A declared place of a credential. */
export interface CredentialPlace {
  readonly steps: readonly PatternStep[];
  /** Whether a plain object is a value there, as for a Google service account. */
  readonly allowObject: boolean;
  /** Only entries whose own `type` is this one are meant. */
  readonly profileType: string | undefined;
}

/** Finds the place a value stands at, if it is one of a credential. */
export type FindCredentialPlace = (visited: VisitedNode) => CredentialPlace | undefined;

const providerVariables = "secrets.providers.*.env.*";

/**
 * Finds places of credentials: targets, the siblings that hold their refs, paths that take no ref, and the variables
 * of providers. A container of the wrong type on the way makes no difference: a list where a map belongs holds
 * credentials all the same.
 */
export function credentialPlaces(surface: Surface): FindCredentialPlace {
  const places = declaredPlaces(surface);
  const longest = Math.max(...places.map(({ steps }) => steps.length));
  const find = (visited: VisitedNode, path: Path): CredentialPlace | undefined =>
    places.find((place) => leadsTo(place, path) && isMeant(place, visited));
  return (visited) => {
    if (visited.depth > longest) return undefined;
    const path = pathOf(visited);
    const found = find(visited, path);
    if (found !== undefined || !path.some((segment) => segment.includes("."))) return found;
    // A path such as channels.whatsapp.creds.json may be meant with a key that holds a dot.
    return find(
      visited,
      path.flatMap((segment) => segment.split(".")),
    );
  };
}

function declaredPlaces({ targets, unsupported }: Surface): readonly CredentialPlace[] {
  const isInConfig = ({ store }: { readonly store: string }): boolean => store === "config";
  return [
    ...targets.filter(isInConfig).flatMap(({ pattern: { steps }, expected, refField, profileType }) => {
      const field = { steps, allowObject: expected === "string-or-object", profileType };
      if (refField === undefined) return [field];
      const sibling = { ...field, steps: [...steps.slice(0, -1), { key: refField }], allowObject: false };
      return [field, sibling];
    }),
    ...unsupported
      .filter(isInConfig)
      .map(({ pattern: { steps }, profileType }) => ({ steps, allowObject: false, profileType })),
    { steps: compilePattern(providerVariables).steps, allowObject: false, profileType: undefined },
  ];
}

function leadsTo({ steps }: CredentialPlace, path: Path): boolean {
  return (
    path.length === steps.length &&
    steps.every((step, index) => typeof step === "string" || step.key === path[index])
  );
}

function isMeant({ profileType }: CredentialPlace, { parent }: VisitedNode): boolean {
  if (profileType === undefined) return true;
  return (
    parent?.node.type === "object" &&
    parent.node.members.some(
      ({ name, value }) => name === "type" && "value" in value && value.value === profileType,
    )
  );
}
