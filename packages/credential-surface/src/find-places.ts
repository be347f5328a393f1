import { parseSecretInput, type ParsedSecretInput, type SecretDefaults } from "@durar/secretref-schema";
import type { Path } from "./path.ts";
import { expandPattern, type FoundContainer } from "./pattern.ts";
import type { Place, Surface, SurfaceIssue, SurfaceStore, Target } from "./types.ts";

/** Every place of the surface in one store, and every container of a wrong type on the way. */
export interface FoundPlaces {
  readonly places: readonly Place[];
  readonly issues: readonly SurfaceIssue[];
}

/** Finds every target that is present in a store. A field that is absent, ref and all, is no place. */
export function findPlaces(surface: Surface, store: SurfaceStore, defaults: SecretDefaults): FoundPlaces {
  const places: Place[] = [];
  const issues = new Map<string, SurfaceIssue>();
  for (const target of surface.targets) {
    if (target.store !== store.kind) continue;
    const { found, wrong } = expandPattern(target.pattern, store.value);
    // Several targets walk through the same container; it is wrong once.
    for (const { path, expected } of wrong)
      issues.set(JSON.stringify(path), { kind: "wrong-container", store, path, rule: `must be ${expected}` });
    for (const container of found) {
      const place = placeIn(target, store, container, defaults);
      if (place !== undefined) places.push(place);
    }
  }
  return { places, issues: [...issues.values()] };
}

function placeIn(
  target: Target,
  store: SurfaceStore,
  { path: parent, key, container }: FoundContainer,
  defaults: SecretDefaults,
): Place | undefined {
  if (target.profileType !== undefined && own(container, "type") !== target.profileType) return undefined;
  const path: Path = [...parent, key];
  const written = own(container, key);
  const input = parseSecretInput(written, { defaults, allowObject: target.expected === "string-or-object" });
  const ref = target.refField === undefined ? undefined : own(container, target.refField);
  if (target.refField !== undefined && ref !== undefined && ref !== null)
    return {
      ...{ target, store, path },
      inputPath: [...parent, target.refField],
      input: parseRefField(ref, defaults),
      overridden: input,
    };
  if (written === undefined) return undefined;
  return { target, store, path, inputPath: path, input, overridden: undefined };
}

/** A field that exists to hold a ref holds a ref, in either of its forms, or is malformed; never plaintext. */
function parseRefField(value: unknown, defaults: SecretDefaults): ParsedSecretInput {
  const input = parseSecretInput(value, { defaults });
  if (input.kind !== "plaintext" && input.kind !== "empty") return input;
  return { kind: "malformed", rule: "must be a SecretRef, not plaintext" };
}

function own(container: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(container, key) ? container[key] : undefined;
}
