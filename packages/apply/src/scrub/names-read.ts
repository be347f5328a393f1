import { walkObjects } from "@durar/audit";
import { surveySurface, type Surface, type SurfaceStore } from "@durar/credential-surface";
import { parseSecretRef, refsIn, type SecretRef, type SecretsConfig } from "@durar/secretref-schema";

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

/** The variables that refs read, in use or not, and commands that get them passed on. */
export function namesRead(refs: readonly SecretRef[], { providers }: SecretsConfig): ReadonlySet<string> {
  const passed = [...providers.values()].flatMap((config) =>
    config.source === "exec" ? config.passEnv : [],
  );
  return new Set([...passed, ...refs.filter(({ source }) => source === "env").map(({ id }) => id)]);
}

/** The variables that a document names where no credential is known, as a ref or in a text that someone may fill in. */
export function* namesMentioned(document: object): Generator<string> {
  for (const { value } of walkObjects(document)) {
    const parsed = "source" in value ? parseSecretRef(value) : undefined;
    if (parsed?.ok === true && parsed.ref.source === "env") yield parsed.ref.id;
    yield* namesInTexts(value, /(?<!\$)\$\{([A-Z][A-Z0-9_]*)\}/g);
  }
}

/** The variables that a generated models file names in place of a key. What is named like one by chance does no harm. */
export function* namesInModels(document: object): Generator<string> {
  for (const { value } of walkObjects(document)) yield* namesInTexts(value, /\b([A-Z][A-Z0-9_]*)\b/g);
}

/** Whether a document takes in another, which is not followed, so that nobody knows what that reads. */
export function hasIncludes(document: object): boolean {
  for (const { value } of walkObjects(document)) if (Object.hasOwn(value, "$include")) return true;
  return false;
}

function* namesInTexts(holder: object, pattern: RegExp): Generator<string> {
  for (const text of Object.values(holder) as unknown[])
    if (typeof text === "string") for (const [, name = ""] of text.matchAll(pattern)) yield name;
}
