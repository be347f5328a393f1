import { parseSecretInput, type ParsedSecretInput, type SecretDefaults } from "@durar/secretref-schema";
import { valueAt, type Path } from "./path.ts";
import { expandPattern, type FoundContainer } from "./pattern.ts";
import type { Place, Surface, SurfaceIssue, SurfaceStore, Target } from "./types.ts";

/** Every place of the surface in one store, and every container of a wrong type on the way. */
export interface FoundPlaces {
  readonly places: readonly Place[];
  readonly issues: readonly SurfaceIssue[];
}

/** Finds every target that is present in a store. A field that is absent or null, ref and all, is no place. */
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

/** The place that a target has in an object; none where its field is absent or null, ref and all. */
export function placeIn(
  target: Target,
  store: SurfaceStore,
  { path: parent, key, container }: FoundContainer,
  defaults: SecretDefaults,
): Place | undefined {
  const at = (name: string): unknown => valueAt(container, [name]);
  if (target.profileType !== undefined && at("type") !== target.profileType) return undefined;
  const path: Path = [...parent, key];
  const allowObject = target.expected === "string-or-object";
  const input = parseSecretInput(at(key), { defaults, allowObject });
  if (target.refField !== undefined) {
    const ref = parseRefField(at(target.refField), defaults);
    if (ref.kind !== "absent")
      return { target, store, path, inputPath: [...parent, target.refField], input: ref, overridden: input };
  }
  if (input.kind === "absent") return undefined;
  return { target, store, path, inputPath: path, input, overridden: undefined };
}

/** A field that exists to hold a ref holds a ref, in either of its forms, or is malformed; never plaintext. */
function parseRefField(value: unknown, defaults: SecretDefaults): ParsedSecretInput {
  const input = parseSecretInput(value, { defaults });
  if (input.kind !== "plaintext" && input.kind !== "empty") return input;
  return { kind: "malformed", rule: "must be a SecretRef, not plaintext" };
}
