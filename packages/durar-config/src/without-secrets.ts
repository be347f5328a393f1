import {
  compilePattern,
  isRecord,
  type Path,
  type PatternStep,
  type Surface,
} from "@durar/credential-surface";
import { parseSecretInput, parseSecretRef } from "@durar/secretref-schema";
import { isSecretVariable, isSensitiveHeader } from "./name-rules.ts";

/** What takes the place of a secret. It tells nothing but that something is there. */
const HIDDEN = "";

/** Numbers of fewer digits are limits, ports and times. */
const LEAST_DIGITS = 6;

const userInfo = /:\/\/[^/?#]*@/g;
const providerVariables = compilePattern("secrets.providers.*.env.*").steps;

/**
 * A configuration in which all plaintext that may be a secret is the same empty text: the fields of the surface and those
 * that take no ref, the variables of providers, whatever has a telling name, and the user and password of URLs. Two
 * configurations that differ in nothing but secrets come to the same, so that a digest of it cannot be guessed against.
 * Refs and templates stay.
 *
 * @param config parsed, and left as it is
 */
export function withoutSecrets(config: unknown, surface: Pick<Surface, "targets" | "unsupported">): unknown {
  const places = secretPlaces(surface);
  const isPlace = (path: Path): boolean =>
    places.get(path.length)?.some((steps) => leadsTo(steps, path)) === true;
  const visit = (value: unknown, path: Path, name: string): unknown => {
    if (parseSecretRef(value).ok) return value;
    // A path such as channels.whatsapp.creds.json may be meant with a key that holds a dot.
    const spelt = path.some((segment) => segment.includes("."))
      ? path.flatMap((segment) => segment.split("."))
      : path;
    if (isPlace(path) || isPlace(spelt)) return isPlaintext(value) ? HIDDEN : value;
    if (Array.isArray(value))
      return (value as unknown[]).map((entry, index) => visit(entry, [...path, String(index)], name));
    if (isRecord(value))
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [key, visit(inner, [...path, key], key)]),
      );
    if (isNamed(name) && isPlaintext(value) && isLong(value)) return HIDDEN;
    return typeof value === "string" ? value.replace(userInfo, "://@") : value;
  };
  return visit(config, [], "");
}

/** Where secrets lie in a configuration, by the length of their paths. */
function secretPlaces({
  targets,
  unsupported,
}: Pick<Surface, "targets" | "unsupported">): ReadonlyMap<number, readonly (readonly PatternStep[])[]> {
  const inConfig = ({ store }: { readonly store: string }): boolean => store === "config";
  const all = [
    ...targets.filter(inConfig).flatMap(({ pattern: { steps }, refField }) => {
      return refField === undefined ? [steps] : [steps, [...steps.slice(0, -1), { key: refField }]];
    }),
    ...unsupported.filter(inConfig).map(({ pattern: { steps } }) => steps),
    providerVariables,
  ];
  const byLength = new Map<number, (readonly PatternStep[])[]>();
  for (const steps of all) byLength.set(steps.length, [...(byLength.get(steps.length) ?? []), steps]);
  return byLength;
}

/** A container of the wrong type on the way makes no difference: a list where a map belongs holds secrets all the same. */
function leadsTo(steps: readonly PatternStep[], path: Path): boolean {
  return steps.every((step, index) => typeof step === "string" || step.key === path[index]);
}

/** Whether a value is itself what it says, or is broken: either may be a secret. */
function isPlaintext(value: unknown): boolean {
  if (value === null || typeof value === "boolean") return false;
  const { kind } = parseSecretInput(value);
  return kind === "plaintext" || kind === "malformed";
}

function isNamed(name: string): boolean {
  return isSensitiveHeader(name) || isSecretVariable(name);
}

function isLong(value: unknown): boolean {
  return typeof value !== "number" || String(value).replace(/\D/g, "").length >= LEAST_DIGITS;
}
