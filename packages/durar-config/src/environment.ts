import type { Environment } from "@durar/secretref-schema";
import { isBlank } from "./first-set.ts";
import { LOCATING_VARIABLES } from "./layout.ts";

const loaders = /^(PATH|NODE_OPTIONS|LD_.*|DYLD_.*)$/i;
const locating = new Set(LOCATING_VARIABLES);

/** Names that only the process itself may set: they locate files, or decide what code a command loads. */
function isProcessOnly(name: string): boolean {
  return loaders.test(name) || locating.has(name);
}

/**
 * The environment that refs, gateway variables and `passEnv` are read from: the process's own; a variable that is
 * missing or blank there comes from the first `.env` file in which it is not. Writes nothing into `process.env`.
 *
 * @param files the variables of each `.env` file, the one that wins first
 */
export function mergeEnvironment(
  processEnvironment: Environment,
  files: readonly Readonly<Record<string, string>>[],
): Environment {
  // Without a prototype, so that a name like `constructor` is not set.
  const merged = Object.assign(Object.create(null) as Record<string, string | undefined>, processEnvironment);
  for (const file of files)
    for (const [name, value] of Object.entries(file))
      if (isBlank(merged[name]) && !isBlank(value) && !isProcessOnly(name)) merged[name] = value;
  return Object.freeze(merged);
}
