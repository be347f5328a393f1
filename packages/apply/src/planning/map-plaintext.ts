import { isDeepStrictEqual } from "node:util";
import { formatPath } from "@durar/credential-surface";
import {
  PROVIDER_ALIAS_PATTERN,
  type Environment,
  type SecretRef,
  type SecretsConfig,
} from "@durar/secretref-schema";
import type { Assignment, Candidate, Unmapped } from "./candidate.ts";
import { suggestPointer, suggestVariables } from "./suggest-id.ts";

/** Where every plaintext goes. */
export interface Destination {
  readonly source: "env" | "file";
  /** The provider's alias. */
  readonly provider: string;
  /** Whether values are moved there; else they must be there already. */
  readonly move: boolean;
}

/** What the fields hold, and what they are called elsewhere. */
export interface MapContext {
  readonly secrets: SecretsConfig;
  readonly environment: Environment;
  /** The plaintext of a field. */
  readonly valueOf: (candidate: Candidate) => unknown;
  /** The document that a field lies in. */
  readonly documentOf: (candidate: Candidate) => unknown;
  readonly customaryVariables: (candidate: Candidate) => readonly string[];
  /** Whether a variable that a `.env` file sets is seen: some names only the process may set. */
  readonly canBeSet: (name: string) => boolean;
}

/** Finds a ref for every field that holds plaintext; one that has a ref beside it keeps that ref. */
export function mapPlaintext(
  candidates: readonly Candidate[],
  destination: Destination,
  context: MapContext,
): { readonly assignments: readonly Assignment[]; readonly unmapped: readonly Unmapped[] } {
  const assignments: Assignment[] = [];
  const unmapped: Unmapped[] = [];
  const taken = new Map<string, unknown>();
  const seen = new Set<string>();
  for (const candidate of candidates) {
    const { state, ref, file, line, path } = candidate;
    // Agents may share a file by a link.
    const place = JSON.stringify([file, path]);
    if (seen.has(place)) continue;
    seen.add(place);
    const leave = (reason: string): void =>
      void unmapped.push({ file, line, path: formatPath(path), reason });
    if (state === "malformed") leave("it holds neither plaintext nor a valid ref; correct it first");
    if (state !== "plaintext") continue;
    if (ref !== undefined) {
      assignments.push({ candidate, ref });
      continue;
    }
    const value = context.valueOf(candidate);
    const id = idFor(candidate, value, destination, taken, context);
    if (typeof id === "object") leave(id.reason);
    else {
      taken.set(id, value);
      const { source, provider, move } = destination;
      assignments.push({ candidate, ref: { source, provider, id }, ...(move ? { move } : {}) });
    }
  }
  return { assignments, unmapped };
}

type Id = string | { readonly reason: string };

function idFor(
  candidate: Candidate,
  value: unknown,
  { source, provider, move }: Destination,
  taken: ReadonlyMap<string, unknown>,
  context: MapContext,
): Id {
  const config = context.secrets.providers.get(provider);
  if (config?.source === "file") {
    if (config.mode === "singleValue")
      return taken.size === 0 || taken.get("value") === value
        ? "value"
        : { reason: "the file of this provider holds one value alone" };
    const pointer = suggestPointer(candidate, context.documentOf(candidate));
    if (pointer === undefined) return { reason: "its path is too long for a file id" };
    const isFree = !taken.has(pointer) || isDeepStrictEqual(taken.get(pointer), value);
    return isFree ? pointer : { reason: `another field would have the same id ${pointer}` };
  }
  if (config?.source !== "env" || source !== "env") return { reason: "there is no such provider" };
  if (typeof value !== "string") return { reason: "it is an object, and a variable holds text" };
  const { allowlist } = config;
  const names = suggestVariables(
    candidate,
    context.documentOf(candidate),
    context.customaryVariables(candidate),
  ).filter((name) => allowlist?.includes(name) !== false);
  if (names.length === 0) return { reason: "the provider's allowlist names no variable for it" };
  const holds = (name: string): unknown => taken.get(name) ?? filled(context.environment[name]);
  const present = names.find((name) => isDeepStrictEqual(holds(name), value));
  if (present !== undefined) return present;
  const free = names.find((name) => holds(name) === undefined && context.canBeSet(name));
  if (free === undefined) return { reason: "each variable that would fit has another value" };
  return move ? free : { reason: `${free} is not set; set it to this value, or use --move-values` };
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value;
}

/** Reads `env`, `env:ALIAS` or `file:ALIAS`; `undefined` where it is none of them. */
export function parseDestination(
  text: string,
  { defaults }: Pick<SecretsConfig, "defaults">,
): Pick<SecretRef, "source" | "provider"> | undefined {
  const [source, provider, ...more] = text.split(":");
  if ((source !== "env" && source !== "file") || more.length > 0) return undefined;
  const alias = provider ?? defaults[source];
  return PROVIDER_ALIAS_PATTERN.test(alias) ? { source, provider: alias } : undefined;
}
