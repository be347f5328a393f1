import { suggestEnvId } from "@durar/audit";
import { valueAt, type Path } from "@durar/credential-surface";
import { ENV_ID_PATTERN, FILE_ID_MAX_LENGTH, formatJsonPointer } from "@durar/secretref-schema";
import type { Candidate } from "./candidate.ts";

/**
 * The pointer under which a field's value is kept in a JSON file: the field's own path, an agent's below its name.
 * `undefined` where it would be too long.
 *
 * @param document what the field lies in
 */
export function suggestPointer(candidate: Candidate, document: unknown): string | undefined {
  const { agentId } = candidate;
  const named = namedPath(candidate, document);
  const pointer = formatJsonPointer(agentId === undefined ? named : ["agents", agentId, ...named]);
  return pointer.length <= FILE_ID_MAX_LENGTH ? pointer : undefined;
}

/**
 * Names of variables for a field, the best first: the customary one, then ones made of its path. No two are the same.
 *
 * @param document what the field lies in
 */
export function suggestVariables(
  candidate: Candidate,
  document: unknown,
  customary: readonly string[],
): readonly string[] {
  const { agentId } = candidate;
  const named = namedPath(candidate, document);
  const own = suggestEnvId(agentId === undefined ? named : [agentId, ...named]);
  const numbered = [2, 3, 4, 5].map((number) => `${own.slice(0, 120)}_${number}`);
  // A variable that is handed on to a process may have a name that no ref can have.
  const usual = customary.slice(0, 1).filter((name) => ENV_ID_PATTERN.test(name));
  return [...new Set([...usual, suggestEnvId(named), own, ...numbered])];
}

/** The path of a field with entries of lists by their `id`, since their number changes. */
function namedPath({ path, target }: Candidate, document: unknown): Path {
  return path.map((segment, position) => {
    if (target.pattern.steps[position] !== "any-index") return segment;
    const id = valueAt(document, [...path.slice(0, position + 1), "id"]);
    return typeof id === "string" && id !== "" ? id : segment;
  });
}
