import type { DurarError, Environment } from "@durar/secretref-schema";
import type { EnvDraft } from "../drafts/env-draft.ts";
import { taken, unusable, type Move } from "./moves.ts";

/**
 * Adds values to the first `.env` file. What a variable has already is never replaced; what the process alone has, the
 * next one may lack, so it is added too.
 *
 * @param environment the merged one, as it is now
 */
export function moveToEnv(
  moves: readonly Move[],
  envFiles: readonly EnvDraft[],
  environment: Environment,
): DurarError[] {
  const [first] = envFiles;
  // Several providers of source env read the same variables.
  const added = new Map<string, string>();
  return moves.flatMap((move): DurarError[] => {
    const { ref, value } = move;
    if (typeof value !== "string")
      return [unusable(move, "a variable holds text, and the value is an object")];
    if (first === undefined) return [unusable(move, "there is no .env file it could be added to")];
    const present = added.get(ref.id) ?? environment[ref.id];
    if (present !== undefined && present.trim() !== "" && present !== value)
      return [taken(move, `the variable ${ref.id} has another value already`)];
    const isThere = envFiles.some(
      ({ file }) => file.entries.findLast(({ name }) => name === ref.id)?.value === value,
    );
    if (!isThere && !added.has(ref.id)) first.add(ref.id, value);
    added.set(ref.id, value);
    return [];
  });
}
